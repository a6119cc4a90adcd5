//! Full-width and typographic characters where the grammar wants ASCII.
//!
//! Chinese input methods write `（`, `，`, `“` and `≥`; to say so is kinder than "unexpected
//! character".

/// The ASCII form of a character that stands for one of the grammar's.
pub(super) fn of(character: char) -> Option<&'static str> {
    Some(match character {
        '“' | '”' | '„' | '‟' | '＂' | '「' | '」' | '『' | '』' => "\"",
        '‘' | '’' => "'",
        '≥' | '≧' | '⩾' => ">=",
        '≤' | '≦' | '⩽' => "<=",
        '≠' => "!=",
        '，' | '、' => ",",
        '。' | '．' => ".",
        '：' | '︰' => ":",
        '；' => ";",
        '（' | '﹙' => "(",
        '）' | '﹚' => ")",
        '［' | '【' | '〔' => "[",
        '］' | '】' | '〕' => "]",
        '｛' => "{",
        '｝' => "}",
        '＜' | '〈' | '《' => "<",
        '＞' | '〉' | '》' => ">",
        '＝' => "=",
        '－' | '−' | '–' | '—' | '‐' | '‑' => "-",
        '＋' => "+",
        '×' | '＊' => "*",
        '÷' | '／' => "/",
        '～' | '〜' | '…' | '‥' => "..",
        '→' | '⇒' => "->",
        '？' => "?",
        '｜' => "|",
        '！' => "!",
        '＿' => "_",
        '＃' => "#",
        '０' => "0",
        '１' => "1",
        '２' => "2",
        '３' => "3",
        '４' => "4",
        '５' => "5",
        '６' => "6",
        '７' => "7",
        '８' => "8",
        '９' => "9",
        _ => return None,
    })
}

/// The text in ASCII, if it has such characters.
pub(super) fn plain(text: &str) -> Option<String> {
    text.chars().any(|c| of(c).is_some()).then(|| {
        text.chars().fold(String::with_capacity(text.len()), |mut plain, character| {
            match of(character) {
                Some(ascii) => plain.push_str(ascii),
                None => plain.push(character),
            }
            plain
        })
    })
}

/// What [`feel`] finds: the first such character, its offset, and the whole text without them.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) offset: usize,
    pub(super) character: char,
    pub(super) ascii: &'static str,
    pub(super) plain: String,
}

/// Looks for such characters in a FEEL text, outside of its strings and comments.
pub(super) fn feel(text: &str) -> Option<Found> {
    if text.is_ascii() {
        return None;
    }
    let mut found: Option<(usize, char, &'static str)> = None;
    let mut plain = String::with_capacity(text.len());
    let mut state = State::Code;
    let mut previous = '\0';
    for (offset, character) in text.char_indices() {
        let mut seen = character;
        match state {
            // A string that is opened in full width is closed in full width.
            State::Wide if of(character) == Some("\"") => {
                plain.push('"');
                state = State::Code;
                continue;
            }
            State::Wide => {}
            State::String if character == '"' => state = State::Code,
            State::String if character == '\\' => state = State::Escape,
            State::String => {}
            State::Escape => state = State::String,
            State::Line if matches!(character, '\n' | '\r') => state = State::Code,
            State::Line => {}
            State::Block if previous == '*' && character == '/' => {
                state = State::Code;
                seen = '\0';
            }
            State::Block => {}
            State::Code => match (previous, character) {
                (_, '"') => state = State::String,
                ('/', '/') => state = State::Line,
                ('/', '*') => {
                    state = State::Block;
                    seen = '\0';
                }
                _ => {
                    if let Some(ascii) = of(character) {
                        found.get_or_insert((offset, character, ascii));
                        plain.push_str(ascii);
                        previous = '\0';
                        if ascii == "\"" {
                            state = State::Wide;
                        }
                        continue;
                    }
                }
            },
        }
        plain.push(character);
        previous = seen;
    }
    let (offset, character, ascii) = found?;
    Some(Found { offset, character, ascii, plain })
}

#[derive(Debug, Clone, Copy)]
enum State {
    Code,
    String,
    Escape,
    Wide,
    Line,
    Block,
}
