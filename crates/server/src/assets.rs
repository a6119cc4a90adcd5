//! Styles, scripts and pictures, embedded in the program and addressed by their content.

use std::sync::LazyLock;

/// A file of the folder `web/`.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The name in addresses, with a mark of the content: a changed file has a new address.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub content: &'static str,
}

/// All assets.
#[derive(Debug)]
pub(crate) struct Assets {
    pub style: Asset,
    pub script: Asset,
    pub seal: Asset,
    pub icon: Asset,
}

/// The assets of this program.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let asset = |stem: &str, extension: &str, media_type, content: &'static str| {
        let name = format!("{stem}-{:016x}.{extension}", mark_of(content.as_bytes()));
        Asset { name, media_type, content }
    };
    Assets {
        style: asset(
            "xianlu",
            "css",
            "text/css; charset=utf-8",
            include_str!("../../../web/xianlu.css"),
        ),
        script: asset(
            "xianlu",
            "js",
            "text/javascript; charset=utf-8",
            include_str!("../../../web/xianlu.js"),
        ),
        seal: asset("seal", "svg", "image/svg+xml", include_str!("../../../web/seal.svg")),
        icon: asset("icon", "svg", "image/svg+xml", include_str!("../../../web/icon.svg")),
    }
});

impl Assets {
    /// The asset with this name.
    pub fn find(&self, name: &str) -> Option<&Asset> {
        [&self.style, &self.script, &self.seal, &self.icon]
            .into_iter()
            .find(|asset| asset.name == name)
    }
}

impl Asset {
    /// The address.
    pub fn href(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// A mark that differs where contents differ: FNV-1a of 64 bits.
fn mark_of(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325, |mark, byte| {
        (mark ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
