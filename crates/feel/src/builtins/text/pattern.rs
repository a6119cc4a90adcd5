//! Regular expressions of XPath in terms of the `regex` crate.
//!
//! Matching is linear in the input. Back-references are refused.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use regex::{Regex, RegexBuilder};

/// The most memory of a compiled pattern, in bytes.
const LARGEST: usize = 1 << 20;

thread_local! {
    // Decisions use the same few patterns again and again, and compiling one is slow.
    static RECENT: RefCell<Vec<(String, String, Rc<Regex>)>> = const { RefCell::new(Vec::new()) };
}

const MOST_RECENT: usize = 16;

// Shared, not cloned: a clone of a `Regex` makes its working memory anew.
pub(super) struct Pattern(Rc<Regex>);

impl Pattern {
    pub(super) fn new(source: &str, flags: &str) -> Result<Pattern, String> {
        let known = RECENT.with_borrow(|recent| {
            let same = recent.iter().find(|(s, f, _)| s == source && f == flags)?;
            Some(same.2.clone())
        });
        if let Some(regex) = known {
            return Ok(Pattern(regex));
        }
        let regex = Rc::new(compile(source, flags)?);
        RECENT.with_borrow_mut(|recent| {
            if recent.len() >= MOST_RECENT {
                recent.remove(0);
            }
            recent.push((source.to_owned(), flags.to_owned(), regex.clone()));
        });
        Ok(Pattern(regex))
    }

    pub(super) fn is_match(&self, input: &str) -> bool {
        self.0.is_match(input)
    }

    pub(super) fn split<'a>(&'a self, input: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.split(input)
    }

    /// The number of groups.
    pub(super) fn groups(&self) -> usize {
        self.0.captures_len().saturating_sub(1)
    }

    /// Replaces every match; `None` when the result is longer than `longest` or `spend` refuses.
    pub(super) fn replace(
        &self,
        input: &str,
        replacement: &Replacement,
        longest: usize,
        spend: &mut dyn FnMut(usize) -> bool,
    ) -> Option<String> {
        let mut text = String::with_capacity(input.len());
        let mut copied = 0;
        for captures in self.0.captures_iter(input) {
            let whole = captures.get(0)?;
            let before = text.len();
            text.push_str(input.get(copied..whole.start())?);
            for part in &replacement.0 {
                match part {
                    Part::Text(literal) => text.push_str(literal),
                    Part::Group(group) => {
                        text.push_str(captures.get(*group).map_or("", |found| found.as_str()));
                    }
                }
                if text.len() > longest {
                    return None;
                }
            }
            copied = whole.end();
            if !spend(text.len() - before) {
                return None;
            }
        }
        text.push_str(input.get(copied..)?);
        (text.len() <= longest).then_some(text)
    }
}

/// What stands in place of a match.
pub(super) struct Replacement(Vec<Part>);

enum Part {
    Text(String),
    Group(usize),
}

impl Replacement {
    /// Reads `$1`, `$0`, `\$` and `\\`; of `$12`, as many digits count as there are groups.
    pub(super) fn new(text: &str, literal: bool, groups: usize) -> Result<Replacement, String> {
        if literal {
            return Ok(Replacement(vec![Part::Text(text.to_owned())]));
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut characters = text.chars().peekable();
        let digit = |character: Option<&char>| {
            character.and_then(|c| c.to_digit(10)).and_then(|d| usize::try_from(d).ok())
        };
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some(escaped @ ('\\' | '$')) => plain.push(escaped),
                    _ => {
                        return Err("in a replacement, `\\` stands before `$` or `\\` only".into());
                    }
                },
                '$' => {
                    let Some(mut group) = digit(characters.peek()) else {
                        return Err("in a replacement, `$` stands before a digit only".into());
                    };
                    characters.next();
                    while let Some(next) = digit(characters.peek()) {
                        let longer = group * 10 + next;
                        if longer > groups {
                            break;
                        }
                        group = longer;
                        characters.next();
                    }
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(Part::Group(group));
                }
                character => plain.push(character),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Replacement(parts))
    }
}

fn compile(source: &str, flags: &str) -> Result<Regex, String> {
    if let Some(flag) = flags.chars().find(|flag| !"smixq".contains(*flag)) {
        return Err(format!("there is no flag `{}`: it is s, m, i, x or q", flag.escape_debug()));
    }
    let has = |flag: char| flags.contains(flag);
    let translated = if has('q') {
        regex::escape(source)
    } else {
        Translator::new(source, has('x'), has('s')).translate()?
    };
    RegexBuilder::new(&translated)
        .case_insensitive(has('i'))
        .multi_line(has('m'))
        .dot_matches_new_line(has('s'))
        .size_limit(LARGEST)
        .dfa_size_limit(LARGEST)
        .nest_limit(100)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
            _ => format!("`{}` is no regular expression", shorten(source)),
        })
}

fn shorten(source: &str) -> String {
    source.chars().take(40).collect::<String>().escape_debug().to_string()
}

/// Writes a pattern of XPath as one of the `regex` crate.
struct Translator<'a> {
    source: &'a str,
    characters: std::iter::Peekable<std::vec::IntoIter<char>>,
    dot_matches_line_ends: bool,
    output: String,
}

impl<'a> Translator<'a> {
    fn new(source: &'a str, drop_white_space: bool, dot_matches_line_ends: bool) -> Translator<'a> {
        let mut characters: Vec<char> = source.chars().collect();
        if drop_white_space {
            let mut depth = 0_u32;
            let mut escaped = false;
            characters.retain(|character| {
                let white = matches!(character, ' ' | '\t' | '\n' | '\r');
                if white && depth == 0 {
                    return false;
                }
                match character {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '[' => depth += 1,
                    ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                true
            });
        }
        Translator {
            source,
            characters: characters.into_iter().peekable(),
            dot_matches_line_ends,
            output: String::with_capacity(source.len() + 16),
        }
    }

    fn wrong(&self, why: &str) -> String {
        format!("`{}` is no regular expression: {why}", shorten(self.source))
    }

    fn translate(mut self) -> Result<String, String> {
        while let Some(character) = self.characters.next() {
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class(0)?,
                '.' if !self.dot_matches_line_ends => self.output.push_str("[^\\n\\r]"),
                '(' if self.characters.peek() == Some(&'?') => {
                    self.characters.next();
                    if self.characters.next() != Some(':') {
                        return Err(self.wrong("after `(?` only `:` may follow"));
                    }
                    self.output.push_str("(?:");
                }
                character => self.output.push(character),
            }
        }
        Ok(self.output)
    }

    /// After a backslash.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some(character) = self.characters.next() else {
            return Err(self.wrong("nothing follows the last `\\`"));
        };
        let class = match character {
            'n' | 'r' | 't' => {
                self.output.push('\\');
                self.output.push(character);
                return Ok(());
            }
            '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '$' | '-' | '[' | ']'
            | '^' => {
                self.output.push('\\');
                self.output.push(character);
                return Ok(());
            }
            'd' => "\\p{Nd}",
            'D' => "\\P{Nd}",
            's' => "[ \\t\\n\\r]",
            'S' => "[^ \\t\\n\\r]",
            'w' => "[^\\p{P}\\p{Z}\\p{C}]",
            'W' => "[\\p{P}\\p{Z}\\p{C}]",
            'i' => "[\\p{L}_:]",
            'I' => "[^\\p{L}_:]",
            'c' => "[\\p{L}\\p{Nd}\\p{M}_:.\\-]",
            'C' => "[^\\p{L}\\p{Nd}\\p{M}_:.\\-]",
            'p' | 'P' => return self.category(character == 'P'),
            '0'..='9' if !in_class => {
                return Err(self.wrong("back-references are not supported"));
            }
            other => {
                let escaped = other.escape_debug();
                return Err(self.wrong(&format!("`\\{escaped}` means nothing")));
            }
        };
        self.output.push_str(class);
        Ok(())
    }

    /// After `\p` or `\P`.
    fn category(&mut self, negated: bool) -> Result<(), String> {
        if self.characters.next() != Some('{') {
            return Err(self.wrong("after `\\p` a category in braces follows"));
        }
        let mut name = String::new();
        loop {
            match self.characters.next() {
                Some('}') => break,
                Some(character) if character.is_ascii_alphanumeric() || character == '-' => {
                    name.push(character);
                }
                _ => return Err(self.wrong("after `\\p` a category in braces follows")),
            }
        }
        if let Some(block) = name.strip_prefix("Is") {
            let Some((_, first, last)) = BLOCKS.iter().find(|(known, ..)| *known == block) else {
                return Err(self.wrong(&format!("the block `{block}` is not known")));
            };
            let caret = if negated { "^" } else { "" };
            let written = write!(self.output, "[{caret}\\u{{{first:X}}}-\\u{{{last:X}}}]");
            return written.map_err(|_| self.wrong("it is too long"));
        }
        let letters = (1..=2).contains(&name.len()) && name.chars().all(char::is_alphabetic);
        if !letters {
            return Err(self.wrong(&format!("the category `{name}` is not known")));
        }
        let sign = if negated { 'P' } else { 'p' };
        write!(self.output, "\\{sign}{{{name}}}").map_err(|_| self.wrong("it is too long"))
    }

    /// After the `[` of a class.
    fn class(&mut self, depth: u32) -> Result<(), String> {
        if depth > 20 {
            return Err(self.wrong("it is nested too deeply"));
        }
        self.output.push('[');
        if self.characters.peek() == Some(&'^') {
            self.characters.next();
            self.output.push('^');
        }
        let mut empty = true;
        loop {
            let Some(character) = self.characters.next() else {
                return Err(self.wrong("a `[` is not closed"));
            };
            match character {
                ']' if empty => return Err(self.wrong("a class is empty")),
                ']' => {
                    self.output.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '-' if self.characters.peek() == Some(&'[') => {
                    self.characters.next();
                    self.output.push_str("--");
                    self.class(depth + 1)?;
                    if self.characters.next() != Some(']') {
                        return Err(self.wrong("nothing may follow a subtracted class"));
                    }
                    self.output.push(']');
                    return Ok(());
                }
                '-' if empty || self.characters.peek() == Some(&']') => {
                    self.output.push_str("\\-");
                }
                '[' => return Err(self.wrong("`[` in a class wants a `\\` before it")),
                // These mean something to the other notation when they are doubled.
                '&' | '~' | '^' => {
                    self.output.push('\\');
                    self.output.push(character);
                }
                character => self.output.push(character),
            }
            empty = false;
        }
    }
}

/// The blocks of Unicode that patterns name most.
const BLOCKS: &[(&str, u32, u32)] = &[
    ("BasicLatin", 0x0000, 0x007F),
    ("Latin-1Supplement", 0x0080, 0x00FF),
    ("LatinExtended-A", 0x0100, 0x017F),
    ("LatinExtended-B", 0x0180, 0x024F),
    ("IPAExtensions", 0x0250, 0x02AF),
    ("Greek", 0x0370, 0x03FF),
    ("GreekandCoptic", 0x0370, 0x03FF),
    ("Cyrillic", 0x0400, 0x04FF),
    ("Armenian", 0x0530, 0x058F),
    ("Hebrew", 0x0590, 0x05FF),
    ("Arabic", 0x0600, 0x06FF),
    ("Devanagari", 0x0900, 0x097F),
    ("Bengali", 0x0980, 0x09FF),
    ("Thai", 0x0E00, 0x0E7F),
    ("Georgian", 0x10A0, 0x10FF),
    ("HangulJamo", 0x1100, 0x11FF),
    ("GeneralPunctuation", 0x2000, 0x206F),
    ("CurrencySymbols", 0x20A0, 0x20CF),
    ("CJKSymbolsandPunctuation", 0x3000, 0x303F),
    ("Hiragana", 0x3040, 0x309F),
    ("Katakana", 0x30A0, 0x30FF),
    ("Bopomofo", 0x3100, 0x312F),
    ("CJKUnifiedIdeographsExtensionA", 0x3400, 0x4DBF),
    ("CJKUnifiedIdeographs", 0x4E00, 0x9FFF),
    ("HangulSyllables", 0xAC00, 0xD7AF),
    ("CJKCompatibilityIdeographs", 0xF900, 0xFAFF),
    ("HalfwidthandFullwidthForms", 0xFF00, 0xFFEF),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, pattern: &str, flags: &str, expected: bool) {
        match Pattern::new(pattern, flags) {
            Ok(compiled) => assert_eq!(compiled.is_match(input), expected, "{pattern}"),
            Err(message) => panic!("{message}"),
        }
    }

    #[test]
    fn patterns_of_xpath_match() {
        check("Mary\rJones", "Mary.Jones", "", false);
        check("Mary\rJones", "Mary.Jones", "s", true);
        check("\nabcd\ndefg\n", "^$", "m", true);
        check("\u{212A}", "k", "i", true);
        check("X", "[A-Z-[OI]]", "i", true);
        check("i", "[A-Z-[OI]]", "i", false);
        check("q", "[^Q]", "i", false);
        check("hello world", "hello\\ sworld", "x", true);
        check("hello world", " hello[ ]world", "x", true);
        check("hello world", "\\p{ I s B a s i c L a t i n }+", "x", true);
        check("上海", "^\\p{IsCJKUnifiedIdeographs}+$", "", true);
        check("a b", "^\\w+$", "", false);
        check("a&b", "^[a&&b]+$", "", true);
        check("a-b", "^[-ab]+$", "", true);
        check("a.b", "a.b", "q", true);
        check("axb", "a.b", "q", false);
        check("ab", "^(?:a|c)b$", "", true);
        check("\u{a0}", "\\s", "", false);
    }

    #[test]
    fn other_patterns_are_refused() {
        let wrong = [
            ("(a)\\1", "`(a)\\\\1` is no regular expression: back-references are not supported"),
            ("[\\1]", "`[\\\\1]` is no regular expression: `\\1` means nothing"),
            ("(?i)a", "`(?i)a` is no regular expression: after `(?` only `:` may follow"),
            ("[a", "`[a` is no regular expression: a `[` is not closed"),
            ("(a", "`(a` is no regular expression"),
            ("\\p{IsKlingon}", {
                "`\\\\p{IsKlingon}` is no regular expression: the block `Klingon` is not known"
            }),
            ("((a{1000}){1000}){1000}", "the pattern is too large"),
        ];
        for (pattern, expected) in wrong {
            assert_eq!(Pattern::new(pattern, "").err().as_deref(), Some(expected));
        }
        assert!(Pattern::new("a", "p").is_err());
        assert!(Pattern::new(&"(".repeat(100_000), "").is_err());
        assert!(Pattern::new(&"[a-".repeat(1_000), "").is_err());
    }

    #[test]
    fn replacements_name_groups() {
        let replace = |pattern: &str, replacement: &str| {
            let pattern = Pattern::new(pattern, "").unwrap();
            let replacement = Replacement::new(replacement, false, pattern.groups()).ok()?;
            pattern.replace("abcd", &replacement, 100, &mut |_| true)
        };
        assert_eq!(replace("(ab)|(a)", "[1=$1][2=$2]").unwrap(), "[1=ab][2=]cd");
        assert_eq!(replace("(b)", "$12\\$\\\\").unwrap(), "ab2$\\cd");
        assert_eq!(replace("b", "$"), None);
        assert_eq!(replace("b", "\\n"), None);
        assert_eq!(replace("", &"x".repeat(60)), None);
    }
}
