//! FEEL text to tokens.
//!
//! Names may hold spaces and operators, so a token is the smallest part of a name; the parser puts
//! names together from tokens by the names that are in scope.

use std::sync::Arc;

use crate::fault::Fault;
use crate::span::Span;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

/// Kinds of token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// Letters, digits and underscores, as `age`, `if`, `?`.
    Word,
    /// A numeral without sign.
    Number,
    /// A string literal, with escapes undone.
    String(Arc<str>),
    /// A sign, as `<=`.
    Sign,
    /// The end of the text.
    End,
}

/// The longest text that is read.
pub(crate) const MAX_LENGTH: usize = 1 << 20;

const SIGNS: [&str; 33] = [
    "**", "..", "!=", "<=", ">=", "->", "+", "-", "*", "/", "=", "<", ">", "(", ")", "[", "]", "{",
    "}", ",", ":", ".", "@", "'", "|", "!", "%", "&", ";", "$", "#", "^", "~",
];

/// The tokens of `source`, the last of which is [`TokenKind::End`].
///
/// Unknown escapes in texts are faults, or where `tolerant` stand for themselves, as `\s`.
pub(crate) fn tokens(source: &str, tolerant: bool) -> Result<Vec<Token>, Fault> {
    if source.len() > MAX_LENGTH {
        let message = format!("the text is longer than {MAX_LENGTH} bytes");
        return Err(Fault::new(crate::fault::FaultCode::Limit, message, Span::new(0, 0)));
    }
    let mut tokens = Vec::with_capacity(source.len() / 3 + 1);
    let mut rest = source;
    loop {
        rest = skip_space(source, rest)?;
        let start = source.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { kind: TokenKind::End, span: Span::new(start, start) });
            return Ok(tokens);
        };
        let (kind, length) = if first == '"' {
            string(rest, start, tolerant)?
        } else if first.is_ascii_digit() || (first == '.' && starts_with_digit(rest, 1)) {
            (TokenKind::Number, numeral(rest))
        } else if is_word_start(first) {
            (TokenKind::Word, word(rest))
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (TokenKind::Sign, sign.len())
        } else {
            return Err(stray(first, start));
        };
        tokens.push(Token { kind, span: Span::new(start, start + length) });
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn skip_space<'a>(source: &str, mut rest: &'a str) -> Result<&'a str, Fault> {
    loop {
        rest = rest.trim_start_matches(is_space);
        if let Some(line) = rest.strip_prefix("//") {
            rest = line.find('\n').and_then(|end| line.get(end..)).unwrap_or_default();
        } else if let Some(block) = rest.strip_prefix("/*") {
            let Some(end) = block.find("*/") else {
                let start = source.len() - rest.len();
                return Err(Fault::syntax("comment is not closed", Span::new(start, source.len()))
                    .with_help("end it with `*/`"));
            };
            rest = block.get(end + 2..).unwrap_or_default();
        } else {
            return Ok(rest);
        }
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}' || c == '\u{180e}' || c == '\u{200b}'
}

/// Whether `c` can begin a name (DMN 1.5, section 10.3.1.2, grammar rule 28).
pub(crate) fn is_word_start(c: char) -> bool {
    c == '?'
        || c == '_'
        || c.is_alphabetic()
        || matches!(u32::from(c),
        0x200C..=0x200D | 0x2070..=0x218F | 0x2C00..=0x2FEF | 0x3005..=0x3007 | 0x1F000..=0x1FAFF | 0x10000..=0xEFFFF)
}

fn is_word_part(c: char) -> bool {
    (is_word_start(c) && c != '?')
        || c.is_alphanumeric()
        || matches!(u32::from(c),
        0xB7 | 0x0300..=0x036F | 0x203F..=0x2040)
}

fn word(rest: &str) -> usize {
    rest.char_indices().skip(1).find(|(_, c)| !is_word_part(*c)).map_or(rest.len(), |(i, _)| i)
}

fn starts_with_digit(rest: &str, at: usize) -> bool {
    rest.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
}

fn numeral(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && starts_with_digit(rest, end + 1) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if starts_with_digit(rest, end + 1 + sign) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

fn string(rest: &str, start: usize, tolerant: bool) -> Result<(TokenKind, usize), Fault> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((TokenKind::String(text.into()), at + 1)),
            '\\' => escape(rest, start, at, tolerant, &mut chars, &mut text)?,
            c => text.push(c),
        }
    }
    Err(Fault::syntax("text is not closed", Span::new(start, start + rest.len()))
        .with_help("end it with `\"`"))
}

fn escape(
    rest: &str,
    start: usize,
    at: usize,
    tolerant: bool,
    chars: &mut impl Iterator<Item = (usize, char)>,
    text: &mut String,
) -> Result<(), Fault> {
    let unknown = |characters: usize| {
        let tail = rest.get(at..).unwrap_or_default();
        let length = tail.char_indices().nth(characters).map_or(tail.len(), |(end, _)| end);
        let span = Span::new(start + at, start + at + length);
        Fault::syntax("unknown escape in text", span)
            .with_help("the escapes are \\\" \\\\ \\' \\n \\r \\t \\uXXXX \\UXXXXXX")
    };
    let Some((_, kind)) = chars.next() else { return Err(unknown(1)) };
    match kind {
        '"' | '\\' | '\'' | '/' => text.push(kind),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'b' => text.push('\u{8}'),
        'f' => text.push('\u{c}'),
        'u' | 'U' => {
            let digits = if kind == 'u' { 4 } else { 6 };
            let read = |from: usize, digits: usize| {
                let hex = rest.get(from..from + digits)?;
                // A sign would be read too.
                if !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
                u32::from_str_radix(hex, 16).ok()
            };
            let first = read(at + 2, digits).ok_or_else(|| unknown(2 + digits))?;
            let mut used = digits;
            let code = if kind == 'u' && (0xD800..0xDC00).contains(&first) {
                // A surrogate pair, as `\uD83D\uDC0E`.
                let low = rest.get(at + 6..at + 8).filter(|prefix| *prefix == "\\u");
                let low = low.and_then(|_| read(at + 8, 4));
                let low = low.filter(|low| (0xDC00..0xE000).contains(low));
                used = 10;
                0x10000 + ((first - 0xD800) << 10) + (low.ok_or_else(|| unknown(6))? - 0xDC00)
            } else {
                first
            };
            text.push(char::from_u32(code).ok_or_else(|| unknown(2 + digits))?);
            for _ in 0..used {
                chars.next();
            }
        }
        kind if tolerant => {
            text.push('\\');
            text.push(kind);
        }
        _ => return Err(unknown(2)),
    }
    Ok(())
}

/// Characters of Chinese and typographic input that stand for a sign of FEEL.
fn stray(c: char, start: usize) -> Fault {
    let span = Span::new(start, start + c.len_utf8());
    let fault = Fault::syntax(format!("`{c}` has no meaning here"), span);
    let meant = match c {
        '（' => "(",
        '）' => ")",
        '，' | '、' => ",",
        '：' => ":",
        '“' | '”' | '＂' | '„' => "\"",
        '‘' | '’' => "\"",
        '≥' | '⩾' => ">=",
        '≤' | '⩽' => "<=",
        '≠' => "!=",
        '＝' => "=",
        '＜' => "<",
        '＞' => ">",
        '［' | '【' => "[",
        '］' | '】' => "]",
        '×' | '✕' => "*",
        '÷' => "/",
        '–' | '—' | '−' | '－' => "-",
        '＋' => "+",
        '…' => "..",
        '。' => ".",
        _ => return fault,
    };
    fault.with_help(format!("write `{meant}`"))
}
