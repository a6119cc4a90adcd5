//! FEEL tokens to a syntax tree.
//!
//! Names may hold spaces and operators (`Years of Experience - Domestic`). The grammar settles
//! them by scope: the longest name that is known wins. [`Names`] holds the known names of more
//! than one token; names of one token need no entry.

use std::collections::HashMap;
use std::sync::Arc;

use crate::fault::{Fault, FaultCode};
use crate::hint;
use crate::lexer::{self, Token, TokenKind, is_word_start};
use crate::number::Number;
use crate::span::Span;
use crate::syntax::{
    Arguments, BinaryOp, Domain, Expr, ExprKind, Interval, Iteration, Name, Quantifier, TypeExpr,
    TypeKind, UnaryTests,
};

/// The deepest nesting that is read. It is far above what a rule needs, and low enough for a small
/// stack.
pub const MAX_DEPTH: u16 = 100;

/// The known names of more than one token.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// By first token: each name, longest first.
    by_first: HashMap<Arc<str>, Vec<Known>>,
    tolerant: bool,
    /// Names that are known too.
    below: Option<Arc<Names>>,
}

/// The tokens of a name.
type Parts = Arc<[Arc<str>]>;

/// A known name.
#[derive(Debug, Clone)]
struct Known {
    parts: Parts,
    /// The name as it is spelled where it is defined.
    text: Arc<str>,
}

impl Names {
    /// No names but the built-in ones.
    pub fn new() -> Names {
        Names::default()
    }

    /// No names but those of `below`, with its tolerance.
    pub fn over(below: &Arc<Names>) -> Names {
        let tolerant = below.tolerant;
        Names { tolerant, below: Some(below.clone()), ..Names::default() }
    }

    /// The known names that begin with this token.
    fn beginning(&self, first: &str) -> impl Iterator<Item = &Known> {
        std::iter::successors(Some(self), |names| names.below.as_deref())
            .filter_map(move |names| names.by_first.get(first))
            .flatten()
    }

    /// Takes the texts as other tools write them: an unknown escape stands for itself.
    pub fn tolerate(&mut self) {
        self.tolerant = true;
    }

    /// Adds a name. One of a single token is not kept, since it needs no help to be read.
    pub fn add(&mut self, name: &str) {
        let Ok(tokens) = lexer::tokens(name, true) else { return };
        let parts: Parts = tokens
            .iter()
            .filter(|token| token.kind != TokenKind::End)
            .filter_map(|token| token.span.of(name).map(Arc::from))
            .collect();
        if parts.len() < 2 {
            return;
        }
        if let Some(first) = parts.first().cloned() {
            let names = self.by_first.entry(first).or_default();
            if !names.iter().any(|other| other.parts == parts) {
                names.push(Known { parts, text: spelled(name).into() });
                names.sort_by_key(|name| std::cmp::Reverse(name.parts.len()));
            }
        }
    }
}

/// Reads an expression.
///
/// # Errors
///
/// The first fault that is found.
pub fn expression(source: &str, names: &Names) -> Result<Expr, Fault> {
    let mut parser = Parser::new(source, names)?;
    let expr = parser.expression()?;
    parser.end()?;
    Ok(expr)
}

/// Reads the content of an input cell: `-`, `not(…)`, or tests separated by commas.
///
/// # Errors
///
/// The first fault that is found.
pub fn unary_tests(source: &str, names: &Names) -> Result<UnaryTests, Fault> {
    let mut parser = Parser::new(source, names)?;
    if parser.at_end() || (parser.is_sign("-") && parser.kind_at(1) == &TokenKind::End) {
        return Ok(UnaryTests { negated: false, tests: Vec::new() });
    }
    let start = parser.at;
    if parser.is_word("not") && parser.sign_at(1) == Some("(") {
        parser.advance();
        parser.advance();
        // `not(…)` of a whole cell negates tests; `not(a) and b` is an expression.
        if let Ok(tests) = parser.tests()
            && parser.eat_sign(")")
            && parser.at_end()
        {
            return Ok(UnaryTests { negated: true, tests });
        }
        parser.at = start;
        parser.depth = 0;
    }
    let tests = parser.tests()?;
    parser.end()?;
    Ok(UnaryTests { negated: false, tests })
}

/// Reads a type.
///
/// # Errors
///
/// The first fault that is found.
pub fn type_expression(source: &str) -> Result<TypeExpr, Fault> {
    let names = Names::new();
    let mut parser = Parser::new(source, &names)?;
    let kind = parser.type_expression()?;
    parser.end()?;
    Ok(kind)
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    names: &'a Names,
    /// Names of more than one token that the text itself binds.
    local: Names,
    depth: u16,
    /// Expressions that may still be begun: going back over hostile text stays linear.
    budget: usize,
    /// Whether `[` ends the operand at hand, as in `[1..10[`.
    open_end: bool,
}

/// Names of more than one token that are known everywhere.
static KNOWN: std::sync::LazyLock<Names> = std::sync::LazyLock::new(|| {
    let mut names = Names::new();
    for builtin in crate::builtins::all() {
        names.add(builtin.name);
    }
    names.add("time offset");
    names.add("start included");
    names.add("end included");
    names
});

fn hinted(fault: Fault, source: &str, wanted: &str) -> Fault {
    match hint::syntax(source, fault.span, wanted) {
        Some(help) => fault.with_help(help),
        None => fault,
    }
}

/// A name with single spaces for white space.
fn spelled(name: &str) -> String {
    name.split_whitespace().collect::<Vec<&str>>().join(" ")
}

type Parsed<T> = Result<T, Fault>;

impl<'a> Parser<'a> {
    fn new(source: &'a str, names: &'a Names) -> Parsed<Parser<'a>> {
        let tokens = lexer::tokens(source, names.tolerant)?;
        let budget = 16 * tokens.len() + 64;
        Ok(Parser {
            source,
            tokens,
            at: 0,
            names,
            local: Names::new(),
            depth: 0,
            budget,
            open_end: false,
        })
    }

    // Tokens.

    fn kind_at(&self, ahead: usize) -> &TokenKind {
        self.tokens.get(self.at + ahead).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn span_at(&self, ahead: usize) -> Span {
        let token = self.tokens.get(self.at + ahead).or(self.tokens.last());
        token.map(|token| token.span).unwrap_or_default()
    }

    fn text_at(&self, ahead: usize) -> &'a str {
        self.span_at(ahead).of(self.source).unwrap_or_default()
    }

    fn sign_at(&self, ahead: usize) -> Option<&'a str> {
        (*self.kind_at(ahead) == TokenKind::Sign).then(|| self.text_at(ahead))
    }

    fn word_at(&self, ahead: usize) -> Option<&'a str> {
        (*self.kind_at(ahead) == TokenKind::Word).then(|| self.text_at(ahead))
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.sign_at(0) == Some(sign)
    }

    fn is_word(&self, word: &str) -> bool {
        self.word_at(0) == Some(word)
    }

    fn at_end(&self) -> bool {
        *self.kind_at(0) == TokenKind::End
    }

    fn advance(&mut self) -> Span {
        let span = self.span_at(0);
        self.at += 1;
        span
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn expect_sign(&mut self, sign: &str) -> Parsed<Span> {
        if self.is_sign(sign) {
            Ok(self.advance())
        } else {
            Err(self.unexpected(&format!("`{sign}`")))
        }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<Span> {
        if self.is_word(word) {
            Ok(self.advance())
        } else {
            Err(self.unexpected(&format!("`{word}`")))
        }
    }

    fn end(&self) -> Parsed<()> {
        if self.at_end() { Ok(()) } else { Err(self.unexpected("an operator or the end")) }
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let span = self.span_at(0);
        if self.at_end() {
            let message = format!("the text ends where {wanted} should follow");
            return hinted(Fault::syntax(message, span), self.source, wanted);
        }
        let fault =
            Fault::syntax(format!("`{}` stands where {wanted} should", self.text_at(0)), span);
        hinted(fault, self.source, wanted)
    }

    fn previous_end(&self) -> usize {
        let token = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        token.map_or(0, |token| token.span.end as usize)
    }

    fn make(&self, start: u32, kind: ExprKind) -> Parsed<Expr> {
        made(kind, Span::new(start as usize, self.previous_end()))
    }

    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        let Some(budget) = self.budget.checked_sub(1).filter(|_| self.depth <= MAX_DEPTH) else {
            return Err(too_deep(self.span_at(0)));
        };
        self.budget = budget;
        Ok(())
    }

    // Names.

    /// How many tokens the longest known name has that starts `ahead` tokens from here.
    fn known_name(&self, ahead: usize) -> usize {
        self.known(ahead).map_or(1, |known| known.parts.len())
    }

    /// The longest known name that starts `ahead` tokens from here.
    fn known(&self, ahead: usize) -> Option<&Known> {
        let first = self.text_at(ahead);
        [&self.local, self.names, &KNOWN]
            .into_iter()
            .flat_map(|names| names.beginning(first))
            .filter(|name| {
                name.parts.iter().enumerate().all(|(i, part)| self.text_at(ahead + i) == &**part)
            })
            .max_by_key(|name| name.parts.len())
    }

    /// Takes `count` tokens as a name, spelled as where it is defined.
    fn take_name(&mut self, count: usize) -> Name {
        let span = self.span_at(0).to(self.span_at(count - 1));
        let known = self.known(0).filter(|known| known.parts.len() == count);
        let text = match known {
            Some(known) => known.text.clone(),
            None => spelled(span.of(self.source).unwrap_or_default()).into(),
        };
        self.at += count;
        Name { text, span }
    }

    /// A name that is bound here: all tokens up to one for which `ends` holds.
    fn binding(&mut self, what: &str, ends: impl Fn(&TokenKind, &str) -> bool) -> Parsed<Name> {
        let mut count = 0;
        loop {
            let (kind, text) = (self.kind_at(count), self.text_at(count));
            if *kind == TokenKind::End || ends(kind, text) {
                break;
            }
            let fits = match kind {
                TokenKind::Word => true,
                TokenKind::Number => count > 0,
                TokenKind::Sign => count > 0 && matches!(text, "." | "/" | "-" | "'" | "+" | "*"),
                _ => false,
            };
            if !fits {
                break;
            }
            count += 1;
        }
        if count == 0 {
            return Err(self.unexpected(what));
        }
        let name = self.take_name(count);
        if count > 1 {
            self.local.add(&name.text);
        }
        Ok(name)
    }

    // Expressions, loosest first.

    fn expression(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let expr = self.operators(0);
        self.depth -= 1;
        expr
    }

    /// Operators of at least the given strength, by climbing: one level of the machine's stack for
    /// each level of nesting, whatever the number of strengths.
    fn operators(&mut self, strength: u8) -> Parsed<Expr> {
        let start = self.span_at(0).start;
        let mut left = self.negation()?;
        loop {
            let text = match self.kind_at(0) {
                TokenKind::Sign | TokenKind::Word => self.text_at(0),
                _ => return Ok(left),
            };
            let Some((op, found)) = operator(text).filter(|(_, found)| *found >= strength) else {
                return Ok(left);
            };
            self.advance();
            let kind = match op {
                Operator::Binary(op) => {
                    let right = self.operators(found + 1)?;
                    ExprKind::Binary(op, Box::new(left), Box::new(right))
                }
                Operator::Between => {
                    let low = self.operators(SUM)?;
                    self.expect_word("and")?;
                    let high = self.operators(SUM)?;
                    ExprKind::Between(Box::new(left), Box::new(low), Box::new(high))
                }
                Operator::In => ExprKind::In(Box::new(left), self.in_tests()?),
            };
            left = self.make(start, kind)?;
        }
    }

    /// What follows `in`: one test, or several in parentheses.
    fn in_tests(&mut self) -> Parsed<Vec<Expr>> {
        if self.is_sign("(") {
            let start = self.at;
            let depth = self.depth;
            self.advance();
            if let Ok(tests) = self.tests() {
                // `(1..5]` is an interval, not a list of tests.
                if self.eat_sign(")") && !self.continues_operand() {
                    return Ok(tests);
                }
            }
            self.at = start;
            self.depth = depth;
        }
        Ok(vec![self.test()?])
    }

    fn continues_operand(&self) -> bool {
        matches!(self.sign_at(0), Some("+" | "-" | "*" | "/" | "**" | "." | "["))
    }

    fn tests(&mut self) -> Parsed<Vec<Expr>> {
        let mut tests = vec![self.test()?];
        while self.eat_sign(",") {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    fn test(&mut self) -> Parsed<Expr> {
        match self.open()? {
            Some(open) => Ok(open),
            None => self.expression(),
        }
    }

    /// `< a`, `>= a`, `= a`, `!= a`.
    fn open(&mut self) -> Parsed<Option<Expr>> {
        let start = self.span_at(0).start;
        let Some(op) = self.sign_at(0).and_then(comparison_sign) else { return Ok(None) };
        self.advance();
        let endpoint = self.operators(SUM)?;
        self.make(start, ExprKind::Open(op, Box::new(endpoint))).map(Some)
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let start = self.span_at(0).start;
        if self.eat_sign("-") {
            self.enter()?;
            let operand = self.negation()?;
            self.depth -= 1;
            return self.make(start, ExprKind::Negate(Box::new(operand)));
        }
        let operand = self.postfix()?;
        if self.is_word("instance") && self.word_at(1) == Some("of") {
            self.at += 2;
            let kind = self.type_expression()?;
            return self.make(start, ExprKind::InstanceOf(Box::new(operand), kind));
        }
        Ok(operand)
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let start = self.span_at(0).start;
        let open_end = std::mem::take(&mut self.open_end);
        let parsed = self.postfix_of(start, open_end);
        self.open_end = open_end;
        parsed
    }

    fn postfix_of(&mut self, start: u32, open_end: bool) -> Parsed<Expr> {
        let mut expr = self.primary()?;
        loop {
            if self.is_sign(".") && *self.kind_at(1) == TokenKind::Word {
                self.advance();
                let name = self.take_name(self.known_name(0));
                expr = self.make(start, ExprKind::Path(Box::new(expr), name))?;
            } else if !open_end && self.eat_sign("[") {
                let filter = self.test()?;
                self.expect_sign("]")?;
                expr = self.make(start, ExprKind::Filter(Box::new(expr), Box::new(filter)))?;
            } else if self.eat_sign("(") {
                let arguments = self.arguments()?;
                expr = self.make(start, ExprKind::Call(Box::new(expr), arguments))?;
            } else {
                return Ok(expr);
            }
        }
    }

    fn arguments(&mut self) -> Parsed<Arguments> {
        if self.eat_sign(")") {
            return Ok(Arguments::Positional(Vec::new()));
        }
        if self.named_argument() {
            let mut named = Vec::new();
            loop {
                let name = self.binding("the name of a parameter", |_, text| text == ":")?;
                self.expect_sign(":")?;
                named.push((name, self.test()?));
                if !self.eat_sign(",") {
                    break;
                }
            }
            self.expect_sign(")")?;
            return Ok(Arguments::Named(named));
        }
        let arguments = self.tests()?;
        self.expect_sign(")")?;
        Ok(Arguments::Positional(arguments))
    }

    /// Whether a parameter's name and a colon come next.
    fn named_argument(&self) -> bool {
        let mut ahead = 0;
        loop {
            match (self.kind_at(ahead), self.text_at(ahead)) {
                (TokenKind::Sign, ":") => return ahead > 0,
                (TokenKind::Word, _) => {}
                (TokenKind::Number, _) if ahead > 0 => {}
                (TokenKind::Sign, "-" | "+" | "*" | "/" | "'" | ".") if ahead > 0 => {}
                _ => return false,
            }
            ahead += 1;
        }
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.span_at(0).start;
        match self.kind_at(0).clone() {
            TokenKind::Number => {
                let span = self.advance();
                let Some(number) = span.of(self.source).and_then(Number::parse) else {
                    return Err(Fault::syntax("the number is too large or too small", span));
                };
                self.make(start, ExprKind::Number(number))
            }
            TokenKind::String(text) => {
                self.advance();
                self.make(start, ExprKind::String(text))
            }
            TokenKind::Word => self.word_expression(),
            TokenKind::Sign => self.sign_expression(),
            TokenKind::End => Err(self.unexpected("an expression")),
        }
    }

    fn word_expression(&mut self) -> Parsed<Expr> {
        let start = self.span_at(0).start;
        let count = self.known_name(0);
        if count > 1 {
            let name = self.take_name(count);
            return self.make(start, ExprKind::Name(name.text));
        }
        match self.text_at(0) {
            "null" => {
                self.advance();
                self.make(start, ExprKind::Null)
            }
            word @ ("true" | "false") => {
                self.advance();
                self.make(start, ExprKind::Boolean(word == "true"))
            }
            "if" => {
                self.advance();
                let condition = self.expression()?;
                self.expect_word("then")?;
                let then = self.expression()?;
                self.expect_word("else")?;
                let otherwise = self.expression()?;
                let kind = ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise));
                self.make(start, kind)
            }
            "for" => {
                self.advance();
                let iterations = self.iterations()?;
                self.expect_word("return")?;
                let body = self.expression()?;
                self.make(start, ExprKind::For(iterations, Box::new(body)))
            }
            word @ ("some" | "every") => {
                self.advance();
                let quantifier = if word == "some" { Quantifier::Some } else { Quantifier::Every };
                let iterations = self.iterations()?;
                self.expect_word("satisfies")?;
                let condition = self.expression()?;
                let kind = ExprKind::Quantified(quantifier, iterations, Box::new(condition));
                self.make(start, kind)
            }
            "function" if self.sign_at(1) == Some("(") => self.function(),
            "then" | "else" | "return" | "satisfies" | "and" | "or" | "between" | "in"
                if !matches!(self.sign_at(1), Some("(" | ".")) =>
            {
                Err(self.unexpected("an expression"))
            }
            _ => {
                let name = self.take_name(1);
                self.make(start, ExprKind::Name(name.text))
            }
        }
    }

    fn iterations(&mut self) -> Parsed<Vec<Iteration>> {
        let mut iterations = Vec::new();
        loop {
            let name = self.binding("a name", |_, text| text == "in")?;
            self.expect_word("in")?;
            let domain = match self.open()? {
                Some(open) => Domain::Items(open),
                None => {
                    let from = self.expression()?;
                    if self.eat_sign("..") {
                        Domain::Between(from, self.expression()?)
                    } else {
                        Domain::Items(from)
                    }
                }
            };
            iterations.push(Iteration { name, domain });
            if !self.eat_sign(",") {
                return Ok(iterations);
            }
        }
    }

    fn function(&mut self) -> Parsed<Expr> {
        let start = self.advance().start;
        self.expect_sign("(")?;
        let mut parameters = Vec::new();
        if !self.eat_sign(")") {
            loop {
                let name =
                    self.binding("the name of a parameter", |_, t| matches!(t, "," | ":" | ")"))?;
                let kind = if self.eat_sign(":") { Some(self.type_expression()?) } else { None };
                parameters.push((name, kind));
                if !self.eat_sign(",") {
                    break;
                }
            }
            self.expect_sign(")")?;
        }
        if self.eat_word("external") {
            self.expression()?;
            return self.make(start, ExprKind::ExternalFunction);
        }
        let body = self.expression()?;
        self.make(start, ExprKind::Function(parameters, Box::new(body)))
    }

    fn sign_expression(&mut self) -> Parsed<Expr> {
        let start = self.span_at(0).start;
        match self.text_at(0) {
            "@" => {
                self.advance();
                let TokenKind::String(text) = self.kind_at(0).clone() else {
                    return Err(self.unexpected("a text, as in `@\"2026-11-23\"`"));
                };
                self.advance();
                self.make(start, ExprKind::At(text))
            }
            "(" => self.parenthesis(),
            "[" => self.bracket(),
            "]" => {
                self.advance();
                self.interval_rest(start, false)
            }
            "{" => self.context(),
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// `(a)`, `(< a)`, or an interval `(a..b]`.
    fn parenthesis(&mut self) -> Parsed<Expr> {
        let start = self.advance().start;
        let inner = self.test()?;
        if self.eat_sign("..") {
            return self.interval_upper(start, false, inner);
        }
        self.expect_sign(")")?;
        Ok(Expr { span: Span::new(start as usize, self.previous_end()), ..inner })
    }

    /// A list, or an interval `[a..b)`.
    fn bracket(&mut self) -> Parsed<Expr> {
        let start = self.advance().start;
        let mut items = Vec::new();
        if self.eat_sign("]") {
            return self.make(start, ExprKind::List(items));
        }
        loop {
            let item = self.test()?;
            if items.is_empty() && self.eat_sign("..") {
                return self.interval_upper(start, true, item);
            }
            items.push(item);
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect_sign("]")?;
        self.make(start, ExprKind::List(items))
    }

    fn interval_rest(&mut self, start: u32, low_closed: bool) -> Parsed<Expr> {
        let low = self.expression()?;
        self.expect_sign("..")?;
        self.interval_upper(start, low_closed, low)
    }

    fn interval_upper(&mut self, start: u32, low_closed: bool, low: Expr) -> Parsed<Expr> {
        let (at, depth) = (self.at, self.depth);
        let mut high = self.expression();
        let ends = |parser: &Self| matches!(parser.sign_at(0), Some("]" | ")" | "["));
        if high.is_err() || !ends(self) {
            // In `[1..10[`, what looks like a filter is the end of the interval.
            let ahead = (self.at, self.depth);
            (self.at, self.depth) = (at, depth);
            let outer = std::mem::replace(&mut self.open_end, true);
            let bare = self.expression();
            self.open_end = outer;
            if bare.is_ok() && ends(self) {
                high = bare;
            } else {
                (self.at, self.depth) = ahead;
            }
        }
        let high = high?;
        let high_closed = match self.sign_at(0) {
            Some("]") => true,
            Some(")" | "[") => false,
            _ => return Err(self.unexpected("`]` or `)`")),
        };
        self.advance();
        let interval = Interval { low, low_closed, high, high_closed };
        self.make(start, ExprKind::Interval(Box::new(interval)))
    }

    fn context(&mut self) -> Parsed<Expr> {
        let start = self.advance().start;
        let mut entries: Vec<(Name, Expr)> = Vec::new();
        if self.eat_sign("}") {
            return self.make(start, ExprKind::Context(entries));
        }
        loop {
            let name = if let TokenKind::String(text) = self.kind_at(0).clone() {
                let span = self.advance();
                self.local.add(&text);
                Name { text, span }
            } else {
                self.binding("the name of an entry", |_, text| text == ":")?
            };
            if entries.iter().any(|(other, _)| other.text == name.text) {
                let message = format!("the entry `{}` stands twice", name.text);
                return Err(Fault::syntax(message, name.span));
            }
            self.expect_sign(":")?;
            entries.push((name, self.test()?));
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect_sign("}")?;
        self.make(start, ExprKind::Context(entries))
    }

    // Types.

    fn type_expression(&mut self) -> Parsed<TypeExpr> {
        self.enter()?;
        let kind = self.type_kind();
        self.depth -= 1;
        kind
    }

    fn type_kind(&mut self) -> Parsed<TypeExpr> {
        let start = self.span_at(0);
        let Some(word) = self.word_at(0) else { return Err(self.unexpected("a type")) };
        let generic = self.sign_at(1) == Some("<");
        let kind = match word {
            "list" | "range" if generic => {
                self.at += 2;
                let element = Box::new(self.type_expression()?);
                self.expect_sign(">")?;
                if word == "list" { TypeKind::List(element) } else { TypeKind::Range(element) }
            }
            "context" if generic => {
                self.at += 2;
                let mut entries = Vec::new();
                while !self.is_sign(">") {
                    let name = self.binding("the name of an entry", |_, text| text == ":")?;
                    self.expect_sign(":")?;
                    entries.push((name, self.type_expression()?));
                    if !self.eat_sign(",") {
                        break;
                    }
                }
                self.expect_sign(">")?;
                TypeKind::Context(entries)
            }
            "function" if generic => {
                self.at += 2;
                let mut parameters = Vec::new();
                while !self.is_sign(">") {
                    parameters.push(self.type_expression()?);
                    if !self.eat_sign(",") {
                        break;
                    }
                }
                self.expect_sign(">")?;
                self.expect_sign("->")?;
                TypeKind::Function(parameters, Box::new(self.type_expression()?))
            }
            _ => self.named_type(),
        };
        Ok(TypeExpr { kind, span: Span::new(start.start as usize, self.previous_end()) })
    }

    fn named_type(&mut self) -> TypeKind {
        const LONG: [&str; 4] = [
            "days and time duration",
            "years and months duration",
            "date and time",
            "day and time duration",
        ];
        for name in LONG {
            let parts: Vec<&str> = name.split(' ').collect();
            if parts.iter().enumerate().all(|(i, part)| self.text_at(i) == *part) {
                return TypeKind::Named(self.take_name(parts.len()).text);
            }
        }
        // A named type may have a prefix of an imported model, as `trade.tRate`.
        let mut count = self.known_name(0);
        while self.sign_at(count) == Some(".") && *self.kind_at(count + 1) == TokenKind::Word {
            count += 1 + self.known_name(count + 1);
        }
        let name = self.take_name(count);
        TypeKind::Named(name.text.replace(" .", ".").replace(". ", ".").into())
    }
}

/// The strength of `+` and `-`, which bind tighter than comparisons.
const SUM: u8 = 3;

enum Operator {
    Binary(BinaryOp),
    Between,
    In,
}

/// An operator that stands between operands, and its strength.
fn operator(text: &str) -> Option<(Operator, u8)> {
    let binary = |op, strength| Some((Operator::Binary(op), strength));
    match text {
        "or" => binary(BinaryOp::Or, 0),
        "and" => binary(BinaryOp::And, 1),
        "between" => Some((Operator::Between, 2)),
        "in" => Some((Operator::In, 2)),
        "+" => binary(BinaryOp::Add, SUM),
        "-" => binary(BinaryOp::Subtract, SUM),
        "*" => binary(BinaryOp::Multiply, 4),
        "/" => binary(BinaryOp::Divide, 4),
        "**" => binary(BinaryOp::Power, 5),
        _ => binary(comparison_sign(text)?, 2),
    }
}

fn comparison_sign(sign: &str) -> Option<BinaryOp> {
    Some(match sign {
        "=" => BinaryOp::Equal,
        "!=" => BinaryOp::NotEqual,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        _ => return None,
    })
}

/// An expression of these parts, unless it is nested too deeply.
pub(crate) fn made(kind: ExprKind, span: Span) -> Parsed<Expr> {
    let depth = depth_below(&kind) + 1;
    if depth > MAX_DEPTH {
        return Err(too_deep(span));
    }
    Ok(Expr { kind, span, depth })
}

fn too_deep(span: Span) -> Fault {
    let message = format!("the expression is nested more than {MAX_DEPTH} levels deep");
    Fault::new(FaultCode::Limit, message, span).with_help("split it into several decisions")
}

/// The depth of the deepest expression directly below.
fn depth_below(kind: &ExprKind) -> u16 {
    fn domain(domain: &Domain) -> u16 {
        match domain {
            Domain::Items(items) => items.depth,
            Domain::Between(from, to) => from.depth.max(to.depth),
        }
    }
    let deepest = |exprs: &[&Expr]| exprs.iter().map(|e| e.depth).max().unwrap_or(0);
    match kind {
        ExprKind::Null
        | ExprKind::Boolean(_)
        | ExprKind::Number(_)
        | ExprKind::String(_)
        | ExprKind::At(_)
        | ExprKind::Name(_)
        | ExprKind::ExternalFunction
        | ExprKind::Value(_) => 0,
        ExprKind::Negate(a)
        | ExprKind::InstanceOf(a, _)
        | ExprKind::Path(a, _)
        | ExprKind::Function(_, a)
        | ExprKind::Open(_, a) => a.depth,
        ExprKind::Binary(_, a, b) | ExprKind::Filter(a, b) => a.depth.max(b.depth),
        ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => deepest(&[a, b, c]),
        ExprKind::In(a, tests) => tests.iter().map(|t| t.depth).fold(a.depth, u16::max),
        ExprKind::For(iterations, a) | ExprKind::Quantified(_, iterations, a) => {
            iterations.iter().map(|i| domain(&i.domain)).fold(a.depth, u16::max)
        }
        ExprKind::Call(f, Arguments::Positional(arguments)) => {
            arguments.iter().map(|a| a.depth).fold(f.depth, u16::max)
        }
        ExprKind::Call(f, Arguments::Named(arguments)) => {
            arguments.iter().map(|(_, a)| a.depth).fold(f.depth, u16::max)
        }
        ExprKind::List(items) => items.iter().map(|i| i.depth).max().unwrap_or(0),
        ExprKind::Context(entries) => entries.iter().map(|(_, e)| e.depth).max().unwrap_or(0),
        ExprKind::Interval(interval) => interval.low.depth.max(interval.high.depth),
    }
}

/// Whether `text` is an identifier: a letter or `_`, then letters, digits and `_`.
pub fn is_identifier(text: &str) -> bool {
    text.chars().next().is_some_and(|c| is_word_start(c) && c != '?')
        && text.chars().all(|c| c == '_' || c.is_alphanumeric())
}
