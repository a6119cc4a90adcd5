//! Where the parts of a document come from that was put together of a block of DMN XML and of what
//! stands around it.

use feel::Span;

use super::reader::inexact;
use super::tree::{Printed, PrintedElement};

/// A document that was put together.
#[derive(Debug)]
pub(crate) struct Joined {
    printed: Printed,
    is_literate: bool,
    block: Span,
}

impl Joined {
    pub(super) fn new(printed: Printed, is_literate: bool, block: Span) -> Joined {
        Joined { printed, is_literate, block }
    }

    /// The text of the document.
    pub fn text(&self) -> &str {
        &self.printed.text
    }

    /// Whether it was written from a literate document.
    pub fn is_literate(&self) -> bool {
        self.is_literate
    }

    /// Where in `document` stands what was written or copied to `span`, and says `text`; nothing
    /// where it stands nowhere.
    pub fn origin(&self, document: &str, span: Span, text: &str) -> Option<Span> {
        let element = self.around(span)?;
        let origin = element.origin;
        let copied = self.block.start <= origin.start && origin.end <= self.block.end;
        if !copied {
            // What a written element says stands there as a whole.
            return Some(origin);
        }
        let written = origin.of(document)?;
        let part = span.of(self.text()).filter(|part| !part.is_empty());
        let offset = if element.span.of(self.text()) == Some(written) {
            Some((span.start - element.span.start) as usize)
        } else {
            // The place of an element is that of its name; what is said stands behind the tag.
            let content = written.find('>').filter(|_| !text.is_empty()).unwrap_or(0);
            part.and_then(|part| {
                let within = written.get(content..).and_then(|content| content.find(part));
                within.map(|within| content + within).or_else(|| written.find(part))
            })
        };
        let start = origin.start as usize;
        let found = match offset {
            Some(offset) => {
                let length = part.map_or(0, str::len);
                Span::new(start + offset, start + offset + length)
            }
            // Of what is escaped in another way, the name of its element is shown.
            None => {
                let name = written.find([' ', '\t', '\n', '\r', '/', '>']);
                let name = name.filter(|end| *end > 1).unwrap_or(written.len());
                Span::new(start + 1, start + name.max(1))
            }
        };
        let shown = found.of(document).unwrap_or_default();
        let exact = text.is_empty() || shown.replace("\r\n", "\n") == text;
        Some(if exact { found } else { inexact(found, text, shown) })
    }

    /// The innermost element around a place that comes from somewhere.
    fn around(&self, span: Span) -> Option<&PrintedElement> {
        let elements = &self.printed.elements;
        let after = elements.partition_point(|element| element.span.start <= span.start);
        let mut number = after.checked_sub(1)?;
        loop {
            let element = elements.get(number)?;
            if element.span.end >= span.end && element.origin != Span::default() {
                return Some(element);
            }
            number = element.parent?;
        }
    }
}
