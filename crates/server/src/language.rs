//! The languages that the pages speak.

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Chinese in simplified characters.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Every language, the first being the one for people of whom nothing is known.
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// The tag of BCP 47 for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    /// The short code in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }

    /// The other language.
    pub fn other(self) -> Language {
        match self {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }
    }

    /// Reads a tag or code, by its primary language.
    pub fn read(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The language that an `Accept-Language` header likes best.
    pub fn negotiate(header: &str) -> Language {
        let mut best = (Language::Chinese, 0);
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let language = parts.next().and_then(Language::read);
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if let Some(language) = language
                && weight > best.1
            {
                best = (language, weight);
            }
        }
        best.0
    }
}

/// A weight such as `0.8` in thousandths; anything else weighs nothing.
fn thousandths(weight: &str) -> u32 {
    let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("0", Ok(fraction)) => fraction,
        ("1", Ok(_)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiates() {
        for (header, expected) in [
            ("", Language::Chinese),
            ("fr", Language::Chinese),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("fr;q=1, en;q=0.4, zh;q=0.5", Language::Chinese),
            ("zh-TW;q=0.3,en-US;q=0.8", Language::English),
            ("en;q=0", Language::Chinese),
            ("en;q=x", Language::Chinese),
        ] {
            assert_eq!(Language::negotiate(header), expected, "{header}");
        }
    }

    #[test]
    fn reads_tags() {
        assert_eq!(Language::read("zh-CN"), Some(Language::Chinese));
        assert_eq!(Language::read("EN_us"), Some(Language::English));
        assert_eq!(Language::read("de"), None);
    }
}
