//! Documents as people hand them in, and as nobody should.

use std::time::{Duration, Instant};

use casework::evidence::{Fault, Kind, Limits, digest, inspect};
use miniz_oxide::deflate::compress_to_vec_zlib;

fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], kind, content, &[0; 4]].concat()
    };
    let size = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &size),
        chunk(b"IDAT", &compress_to_vec_zlib(&[0; 64], 6)),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    let segment = |code: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, code][..], &length, content].concat()
    };
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xc0, &frame),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56],
        vec![0xff, 0xd9],
    ]
    .concat()
}

fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for (number, object) in objects.iter().enumerate() {
        bytes.extend(format!("{} 0 obj\n", number + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer << /Root 1 0 R >>\n%%EOF\n");
    bytes
}

fn packed(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let packed = compress_to_vec_zlib(content, 9);
    let head =
        format!("<< {dictionary} /Filter /FlateDecode /Length {} >>\nstream\r\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

fn look(bytes: &[u8]) -> Result<Kind, Fault> {
    inspect(bytes, None, Limits::default()).map(|inspected| inspected.kind)
}

#[test]
fn what_people_scan_and_photograph_is_taken_as_it_is() {
    let page = packed("", b"BT /F1 12 Tf (degree certificate) Tj ET");
    let document = pdf(&[b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), page]);
    let inspected = inspect(&document, Some("学位证书.PDF"), Limits::default()).unwrap();
    assert_eq!((inspected.kind, inspected.size), (Kind::Pdf, document.len()));
    assert_eq!(inspected.digest, digest(&document));
    assert_eq!(
        digest(b"abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "FIPS 180-4, example of one block"
    );
    assert_eq!(look(&png(1200, 1600)), Ok(Kind::Png));
    assert_eq!(look(&jpeg(1200, 1600)), Ok(Kind::Jpeg));
    // Cameras put further pictures and padding behind the first.
    let two = [jpeg(4000, 3000), vec![0; 12], jpeg(320, 240)].concat();
    assert_eq!(inspect(&two, Some("IMG_1.jpeg"), Limits::default()).unwrap().kind, Kind::Jpeg);
}

#[test]
fn what_is_something_else_is_refused_and_named() {
    let other = |bytes: &[u8]| match look(bytes) {
        Err(Fault::OtherKind { found }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(look(b""), Err(Fault::Empty));
    assert_eq!(other(b"PK\x03\x04 and so on"), "application/zip");
    assert_eq!(other(b"MZ\x90\0"), "application/vnd.microsoft.portable-executable");
    assert_eq!(other(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "application/msword");
    assert_eq!(other(b"<html><script>"), "text/html");
    assert_eq!(other(b"hello"), "unknown");
    let wrong = inspect(&png(1, 1), Some("contract.pdf"), Limits::default());
    assert_eq!(wrong, Err(Fault::OtherName { ending: "pdf".to_owned(), kind: Kind::Png }));
    let limits = Limits { size: 10, ..Limits::default() };
    let large = png(1, 1);
    let fault = Fault::TooLarge { size: large.len(), most: 10 };
    assert_eq!(inspect(&large, None, limits), Err(fault));
}

#[test]
fn what_is_cut_off_is_refused_wherever_it_ends() {
    let page = packed("", b"BT (page) Tj ET");
    for whole in [png(3, 3), jpeg(3, 3), pdf(&[page])] {
        assert!(look(&whole).is_ok());
        for length in 1..whole.len() - 1 {
            assert!(look(&whole[..length]).is_err(), "{length} of {}", whole.len());
        }
    }
}

#[test]
fn a_file_that_is_two_files_is_refused() {
    let zip = b"PK\x03\x04\x14\0\0\0 payload PK\x05\x06";
    let page = packed("", b"BT (page) Tj ET");
    for (whole, rest) in [
        (png(3, 3), &zip[..]),
        (jpeg(3, 3), &zip[..]),
        (pdf(std::slice::from_ref(&page)), &zip[..]),
        (png(3, 3), b"<script>alert(1)</script>"),
        (jpeg(3, 3), b"%PDF-1.7"),
        (pdf(&[page]), b"\nMZ\x90\0 and so on"),
    ] {
        let both = [whole, rest.to_vec()].concat();
        assert!(matches!(look(&both), Err(Fault::Polyglot { .. })), "{:?}", look(&both));
    }
    // One that begins with something else is of that kind.
    assert!(matches!(look(b"PK\x03\x04 %PDF-1.7 %%EOF"), Err(Fault::OtherKind { .. })));
    assert!(matches!(look(b"\n%PDF-1.7\n%%EOF"), Err(Fault::OtherKind { .. })));
}

#[test]
fn what_grows_when_it_is_unpacked_is_refused_quickly() {
    let limits = Limits { unpacked: 8 << 20, ..Limits::default() };
    let look_within = |bytes: &[u8]| inspect(bytes, None, limits).map(|inspected| inspected.kind);
    // 9 MB of nothing in 9 kB.
    let bomb = pdf(&[packed("", &vec![0; 9 << 20])]);
    assert!(bomb.len() < 1 << 14);
    assert_eq!(look_within(&bomb), Err(Fault::Bomb));
    // Many that stay below the limit each.
    let part = packed("", &vec![b' '; 1 << 20]);
    assert_eq!(look_within(&pdf(&vec![part; 5])), Err(Fault::Bomb));
    // An empty page is none.
    assert_eq!(look_within(&pdf(&[packed("", &vec![255; 1 << 20])])), Ok(Kind::Pdf));
    let fault = Fault::TooManyPixels { width: 100_000, height: 100_000, most: 120_000_000 };
    assert_eq!(look(&png(100_000, 100_000)), Err(fault));
    let fault = Fault::TooManyPixels { width: 65_000, height: 65_000, most: 120_000_000 };
    assert_eq!(look(&jpeg(65_000, 65_000)), Err(fault));
}

/// Each of these took hours while the work was a product of two lengths.
#[test]
fn what_would_take_long_to_look_at_is_refused_quickly() {
    let refused = |middle: &[u8], what: &str| {
        let bytes = [b"%PDF-1.7\n1 0 obj <<", middle, b"%%EOF"].concat();
        let begun = Instant::now();
        match look(&bytes) {
            Err(Fault::Damaged { what: said }) => assert!(said.contains(what), "{said}"),
            other => panic!("{other:?}"),
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(60), "{took:?}");
    };
    // Nothing but the beginnings of streams, with and without names before them.
    let size = (20 << 20) - 1_000;
    refused(&b"stream\n".repeat(size / 7 - 10), "too many parts");
    let names = b"/A/B/C ".repeat(size / 14);
    refused(&[names, b"stream\n".repeat(size / 14)].concat(), "too many parts");
    // Streams that all lead into the same long chain of blocks without content: each is a stored
    // block that reaches to the next beginning, or to the chain.
    let starts = 4_000_usize;
    let mut overlapping = Vec::new();
    for start in 0..starts {
        let over = u16::try_from((starts - 1 - start) * 14).unwrap();
        overlapping.extend(b"stream\n\x78\x01\x00");
        overlapping.extend(over.to_le_bytes());
        overlapping.extend((!over).to_le_bytes());
    }
    overlapping.extend(b"\x00\x00\x00\xff\xff".repeat(size / 8));
    refused(&overlapping, "lie in one another");
    // A thesis of many pages is taken.
    let page = packed("", b"BT /F1 12 Tf (page) Tj ET");
    assert_eq!(look(&pdf(&vec![page; 20_000])), Ok(Kind::Pdf));
}

#[test]
fn a_document_that_does_something_is_refused_however_it_hides_that() {
    let active = |what: &str| Err(Fault::Active { what: what.to_owned() });
    let catalogue = |entry: &str| pdf(&[format!("<< /Type /Catalog {entry} >>").into_bytes()]);
    assert_eq!(look(&catalogue("/OpenAction << /S /JavaScript >>")), active("JavaScript"));
    assert_eq!(look(&catalogue("/OpenAction<</S/J#61v#61Script>>")), active("JavaScript"));
    assert_eq!(look(&catalogue("/A << /S /Launch /F (calc.exe) >>")), active("Launch"));
    assert_eq!(look(&catalogue("/Names << /EmbeddedFiles 3 0 R >>")), active("EmbeddedFiles"));
    assert_eq!(look(&catalogue("/Encrypt 5 0 R")), Err(Fault::Locked));
    let objects = b"4 0 << /S /JavaScript /JS (app.alert) >>";
    assert_eq!(look(&pdf(&[packed("/Type /ObjStm", objects)])), active("JavaScript"));
    // Across two windows of what is unpacked.
    for shift in 0..24 {
        let far = [vec![b' '; 64 * 1024 - shift], objects.to_vec()].concat();
        assert_eq!(look(&pdf(&[packed("/Type /ObjStm", &far)])), active("JavaScript"), "{shift}");
    }
    // Behind a stream that seems not to end.
    let hidden = [b"(stream\n)".to_vec(), packed("/Type /ObjStm", objects)].concat();
    assert_eq!(look(&pdf(&[hidden])), active("JavaScript"));
    let unusual = packed("/Type /ObjStm /Filter [/ASCIIHexDecode]", &[b'4'; 400]);
    let refused = look(&pdf(&[unusual]));
    assert!(matches!(refused, Err(Fault::Damaged { .. })), "{refused:?}");
    // The word in the text of a page is none.
    let page = packed("", b"BT (I wrote JavaScript for ten years) Tj ET");
    assert_eq!(look(&pdf(&[page])), Ok(Kind::Pdf));
}

mod any {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Nothing that is handed in makes it panic.
        #[test]
        fn bytes_are_looked_at(
            head in prop::sample::select(vec![&b"%PDF-"[..], b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b""]),
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            tail in prop::sample::select(vec![&b"%%EOF"[..], b"\xff\xd9", b"stream\n", b""]),
        ) {
            let whole = [head, &bytes, tail].concat();
            let _result = inspect(&whole, None, Limits::default());
        }

        /// A byte changed in a good document gives a document or a fault.
        #[test]
        fn changed_documents_are_looked_at(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
            for mut whole in [png(3, 3), jpeg(3, 3), pdf(&[packed("", b"BT (page) Tj ET")])] {
                let place = place.index(whole.len());
                whole[place] = byte;
                let _result = inspect(&whole, None, Limits::default());
            }
        }
    }
}
