//! What kind of thing may stand at the cursor, from the tokens before it.

use flow_grammar::parse::split;
use flow_grammar::span::Span;
use flow_grammar::token::Tok;
use flow_grammar::tree::DoerKind;

/// What may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// An item.
    TopLevel,
    /// The name of an attribute.
    Attribute,
    /// A path behind `import`.
    ImportPath,
    /// A name between the braces of an import.
    ImportNames { path: String },
    /// A type.
    Type,
    /// A key of a setting of a declaration; `present` are there already.
    SettingKey { doer: DoerKind, present: Vec<String> },
    /// A key of an option behind `with`.
    OptionKey { present: Vec<String> },
    /// A value of a setting; `doer` is `None` behind `with`.
    SettingValue { doer: Option<DoerKind>, key: String },
    /// What follows a dot.
    Member,
    /// A pattern.
    Pattern,
    /// The stage of a handoff.
    Stage,
    /// What a test stubs.
    Stub,
    /// An expression; at the beginning of a statement, a statement too.
    Expression { statement: bool },
    /// A new name, text: nothing that could be known.
    Nothing,
}

/// What encloses the cursor.
#[derive(Clone, Debug)]
enum Frame {
    /// `( … )` of parameters or fields: a type follows each colon.
    Fields,
    /// `( … )` of arguments.
    Arguments,
    /// `( … )` of a pattern.
    PatternFields,
    /// `[ … ]`; of types, when a type is expected around it.
    Brackets { types: bool },
    /// `{ … }` of statements.
    Block,
    /// `{ … }` of a record's declaration.
    Record,
    /// `{ … }` of settings.
    Settings(DoerKind),
    /// `{ … }` behind `with`.
    Options,
    /// `{ … }` of a `match`.
    Arms,
    /// `{ … }` of `parallel`.
    Branches,
    /// `{ … }` of `race`.
    Race,
    /// `{ … }` of an import.
    Import { path: String },
    /// `{ … }` behind the dot of a process.
    Select,
    /// `{K: V}`
    MapType,
    /// `${ … }`
    Hole,
    /// A string.
    Text,
}

struct Token<'t> {
    kind: Tok,
    text: &'t str,
    line: bool,
}

/// The context at a byte, and the part of a name before the cursor that a completion replaces.
pub(super) fn context(text: &str, offset: u32) -> Option<(Context, Span)> {
    let lexed = split(text).lexed;
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut replace = Span::new(offset, offset);
    let mut line = true;
    for (kind, span) in lexed.iter() {
        if span.start >= offset {
            break;
        }
        let inside = span.end >= offset;
        match kind {
            Tok::Newline => line = true,
            Tok::Comment | Tok::Doc | Tok::ModuleDoc | Tok::HashComment | Tok::BlockComment if inside => {
                return None;
            }
            _ if kind.is_trivia() || kind == Tok::Doc => {}
            _ if inside && (matches!(kind, Tok::Lower | Tok::Upper) || kind.is_keyword()) => {
                replace = Span::new(span.start, offset);
                tokens.push(Token { kind: Tok::Junk, text: "", line });
            }
            _ => {
                let text = text.get(span.range()).unwrap_or_default();
                tokens.push(Token { kind, text, line });
                line = false;
            }
        }
        if inside {
            break;
        }
    }
    if tokens.last().is_some_and(|token| token.kind == Tok::Junk) {
        let partial = tokens.pop();
        line = partial.is_some_and(|token| token.line);
    }
    Some((Reader { tokens: &tokens }.read(line), replace))
}

struct Reader<'t> {
    tokens: &'t [Token<'t>],
}

impl Reader<'_> {
    /// `line` says that nothing of the cursor's line stands before it.
    fn read(&self, line: bool) -> Context {
        let frames = self.frames();
        let last = self.tokens.last().map(|token| token.kind);
        match last {
            Some(Tok::At) => return Context::Attribute,
            Some(Tok::Dot | Tok::QuestionDot) => {
                return match self.import_path() {
                    Some(_) if !self.in_braces(&frames) => Context::ImportPath,
                    _ => Context::Member,
                };
            }
            _ => {}
        }
        match frames.last() {
            None => self.top_level(last, line),
            Some(Frame::Text) => Context::Nothing,
            Some(Frame::Import { path }) => Context::ImportNames { path: path.clone() },
            Some(Frame::Fields) => match last {
                Some(Tok::Colon | Tok::LBracket | Tok::Lt) => Context::Type,
                Some(Tok::LParen | Tok::Comma) | None => Context::Nothing,
                Some(Tok::Eq | Tok::Where) => Context::Expression { statement: false },
                _ => Context::Nothing,
            },
            Some(Frame::Record) => match last {
                Some(Tok::Colon) => Context::Type,
                Some(Tok::Eq | Tok::Where) => Context::Expression { statement: false },
                _ => Context::Nothing,
            },
            Some(Frame::Select) => Context::Member,
            Some(Frame::MapType) => Context::Type,
            Some(Frame::Brackets { types: true }) => Context::Type,
            Some(Frame::Settings(doer)) => self.setting(Some(*doer), last, line),
            Some(Frame::Options) => self.setting(None, last, line),
            Some(Frame::Arms) if self.starts_entry(last, line) => Context::Pattern,
            Some(Frame::PatternFields) => Context::Pattern,
            Some(Frame::Branches) if self.starts_entry(last, line) => Context::Nothing,
            Some(Frame::Race) if self.starts_entry(last, line) => Context::Nothing,
            Some(Frame::Block) => self.statement(last, line),
            Some(_) => self.expression(last, false),
        }
    }

    fn top_level(&self, last: Option<Tok>, line: bool) -> Context {
        if self.import_path().is_some() && !line {
            return Context::ImportPath;
        }
        match last {
            Some(Tok::Arrow | Tok::Emits) => Context::Type,
            Some(Tok::Eq | Tok::Bar) if self.line_begins_with(Tok::Type) => Context::Type,
            Some(Tok::Colon) if self.line_begins_with(Tok::Const) => Context::Type,
            Some(Tok::Eq) => Context::Expression { statement: false },
            _ if line => Context::TopLevel,
            _ => Context::Nothing,
        }
    }

    fn setting(&self, doer: Option<DoerKind>, last: Option<Tok>, line: bool) -> Context {
        let starts = self.starts_entry(last, line);
        if starts {
            let present = self.keys_of_frame();
            return match doer {
                Some(doer) => Context::SettingKey { doer, present },
                None => Context::OptionKey { present },
            };
        }
        match (last, self.tokens.iter().rev().nth(1)) {
            (Some(Tok::Colon), Some(key)) => Context::SettingValue { doer, key: key.text.to_owned() },
            _ => self.expression(last, false),
        }
    }

    fn statement(&self, last: Option<Tok>, line: bool) -> Context {
        self.expression(last, line || matches!(last, Some(Tok::LBrace)))
    }

    fn expression(&self, last: Option<Tok>, statement: bool) -> Context {
        match last {
            Some(Tok::Handoff) => Context::Stage,
            Some(Tok::Stub) => Context::Stub,
            Some(Tok::Is) => Context::Pattern,
            Some(Tok::Let | Tok::Var | Tok::Stage | Tok::Expose | Tok::For | Tok::Catch) => Context::Nothing,
            Some(Tok::Colon) if self.declares_type() => Context::Type,
            Some(Tok::Bar) if self.in_pattern() => Context::Pattern,
            _ => Context::Expression { statement },
        }
    }

    /// `let x: |`
    fn declares_type(&self) -> bool {
        let mut back = self.tokens.iter().rev().skip(1);
        matches!(back.next().map(|token| token.kind), Some(Tok::Lower))
            && matches!(back.next().map(|token| token.kind), Some(Tok::Let | Tok::Var))
    }

    /// `A | |` at the beginning of an arm
    fn in_pattern(&self) -> bool {
        self.tokens
            .iter()
            .rev()
            .skip(1)
            .find(|token| token.kind != Tok::Upper && token.kind != Tok::Bar)
            .is_some_and(|token| matches!(token.kind, Tok::LBrace | Tok::Comma | Tok::Is))
    }

    fn starts_entry(&self, last: Option<Tok>, line: bool) -> bool {
        line || matches!(last, Some(Tok::LBrace | Tok::Comma))
    }

    fn in_braces(&self, frames: &[Frame]) -> bool {
        matches!(frames.last(), Some(Frame::Import { .. }))
    }

    fn line_begins_with(&self, keyword: Tok) -> bool {
        self.tokens.iter().rev().find(|token| token.line).is_some_and(|token| token.kind == keyword)
            || self
                .tokens
                .iter()
                .rev()
                .find(|token| token.kind.is_item_keyword())
                .is_some_and(|it| it.kind == keyword)
    }

    /// The path of an import on the cursor's line.
    fn import_path(&self) -> Option<String> {
        let start = self.tokens.iter().rposition(|token| token.line)?;
        let (first, rest) = self.tokens[start..].split_first()?;
        let path =
            rest.iter().take_while(|token| token.kind != Tok::LBrace).map(|token| token.text).collect();
        (first.kind == Tok::Import).then_some(path)
    }

    /// The keys that stand in the innermost braces already.
    fn keys_of_frame(&self) -> Vec<String> {
        let mut depth = 0_u32;
        let mut keys = Vec::new();
        for pair in self.tokens.windows(2).rev() {
            match pair[1].kind {
                kind if kind.is_closer() => depth += 1,
                kind if kind.closer().is_some() => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => break,
                },
                Tok::Colon if depth == 0 => keys.push(pair[0].text.to_owned()),
                _ => {}
            }
        }
        keys
    }

    /// What encloses the cursor, from the outside.
    fn frames(&self) -> Vec<Frame> {
        let mut frames: Vec<Frame> = Vec::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Tok::LParen => {
                    let frame = self.parenthesis(index, frames.last());
                    frames.push(frame);
                }
                Tok::LBracket => {
                    let types = self.type_follows(index, frames.last());
                    frames.push(Frame::Brackets { types });
                }
                Tok::LBrace => {
                    let frame = self.brace(index, frames.last());
                    frames.push(frame);
                }
                Tok::HoleStart => frames.push(Frame::Hole),
                Tok::StrStart | Tok::BlockStart => frames.push(Frame::Text),
                kind if kind.is_closer() => {
                    frames.pop();
                }
                // An item at the beginning of a line closes whatever was left open.
                kind if kind.is_item_keyword()
                    && token.line
                    && frames.iter().all(|it| !matches!(it, Frame::Text)) =>
                {
                    let named = self.tokens.get(index + 1).is_some_and(|next| {
                        matches!(next.kind, Tok::Lower | Tok::Upper | Tok::Dot) || next.kind.is_keyword()
                    });
                    if named {
                        frames.clear();
                    }
                }
                _ => {}
            }
        }
        frames
    }

    fn before(&self, index: usize) -> Option<Tok> {
        Some(self.tokens.get(index.checked_sub(1)?)?.kind)
    }

    fn parenthesis(&self, index: usize, around: Option<&Frame>) -> Frame {
        let declares = self.tokens[..index]
            .iter()
            .rev()
            .take(2)
            .any(|token| token.kind.is_item_keyword() || matches!(token.kind, Tok::Stage | Tok::Expose));
        let generic = self.before(index) == Some(Tok::Gt);
        match around {
            None if self.line_of(index, Tok::Type) => Frame::Fields,
            _ if declares || (generic && around.is_none()) => Frame::Fields,
            Some(Frame::Arms | Frame::PatternFields) if self.arm_begins(index) => Frame::PatternFields,
            _ => Frame::Arguments,
        }
    }

    /// Whether the item around a token is declared by that keyword.
    fn line_of(&self, index: usize, keyword: Tok) -> bool {
        self.tokens[..index]
            .iter()
            .rev()
            .find(|token| token.kind.is_item_keyword() && token.line)
            .is_some_and(|token| token.kind == keyword)
    }

    /// Whether only a pattern can stand between the arm's beginning and a token.
    fn arm_begins(&self, index: usize) -> bool {
        for token in self.tokens[..index].iter().rev() {
            match token.kind {
                Tok::FatArrow | Tok::If => return false,
                Tok::LBrace | Tok::Comma | Tok::LParen => return true,
                _ if token.line => return true,
                _ => {}
            }
        }
        true
    }

    fn type_follows(&self, index: usize, around: Option<&Frame>) -> bool {
        match self.before(index) {
            Some(Tok::Arrow) => true,
            Some(Tok::Colon) => {
                matches!(around, Some(Frame::Fields | Frame::Record | Frame::MapType))
                    || Reader { tokens: &self.tokens[..index] }.declares_type()
            }
            Some(Tok::LBracket | Tok::Lt) => matches!(around, Some(Frame::Brackets { types: true })),
            Some(Tok::Eq | Tok::Bar) => around.is_none() && self.line_of(index, Tok::Type),
            _ => false,
        }
    }

    fn brace(&self, index: usize, around: Option<&Frame>) -> Frame {
        if self.type_follows(index, around) {
            return Frame::MapType;
        }
        match self.before(index) {
            Some(Tok::With) => return Frame::Options,
            Some(Tok::Parallel) => return Frame::Branches,
            Some(Tok::Race) => return Frame::Race,
            Some(Tok::Dot) => {
                if let Some(path) = (Reader { tokens: &self.tokens[..index] }).import_path() {
                    return Frame::Import { path: path.trim_end_matches('.').to_owned() };
                }
                return Frame::Select;
            }
            _ => {}
        }
        if around.is_none() {
            let declared =
                self.tokens[..index].iter().rev().find(|token| token.kind.is_item_keyword() && token.line);
            return match declared.map(|token| token.kind) {
                Some(Tok::Agent) => Frame::Settings(DoerKind::Agent),
                Some(Tok::Command) => Frame::Settings(DoerKind::Command),
                Some(Tok::Human) => Frame::Settings(DoerKind::Human),
                Some(Tok::Type) => Frame::Record,
                _ => Frame::Block,
            };
        }
        if self.matches_before(index) { Frame::Arms } else { Frame::Block }
    }

    /// `match … {`: a `match` behind which no other brace was opened at the same depth.
    fn matches_before(&self, index: usize) -> bool {
        let mut depth = 0_u32;
        for token in self.tokens[..index].iter().rev() {
            match token.kind {
                kind if kind.is_closer() => depth += 1,
                kind if kind.closer().is_some() => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return false,
                },
                Tok::Match if depth == 0 => return true,
                Tok::FatArrow | Tok::If | Tok::Else | Tok::For | Tok::Loop if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Context, context};
    use flow_grammar::tree::DoerKind;

    /// The context at `|`.
    fn at(marked: &str) -> Context {
        let offset = marked.find('¦').unwrap();
        let text = marked.replace('¦', "");
        context(&text, u32::try_from(offset).unwrap()).unwrap().0
    }

    #[test]
    fn an_item_may_stand_at_the_top() {
        assert_eq!(at("¦"), Context::TopLevel);
        assert_eq!(at("type A { x: int }\nfl¦"), Context::TopLevel);
    }

    #[test]
    fn a_type_follows_a_colon_an_arrow_and_an_equals_sign_of_a_type() {
        for text in [
            "fn f(a: ¦",
            "fn f(a: [¦",
            "fn f(a: int) -> ¦",
            "type A { x: ¦",
            "type A = ¦",
            "type A = B | ¦",
            "type A = B(x: ¦",
            "flow f() { let x: ¦",
            "flow f() { stage s(a: ¦",
            "fn f(a: {string: ¦",
        ] {
            assert_eq!(at(text), Context::Type, "{text}");
        }
    }

    #[test]
    fn a_setting_may_stand_in_a_declaration_and_its_value_behind_the_colon() {
        assert_eq!(
            at("agent a() -> int {\n  prompt: \"x\"\n  ti¦"),
            Context::SettingKey { doer: DoerKind::Agent, present: vec!["prompt".into()] }
        );
        assert_eq!(
            at("command c() {\n  output: ¦"),
            Context::SettingValue { doer: Some(DoerKind::Command), key: "output".into() }
        );
        assert_eq!(at("flow f() { a() with { ¦"), Context::OptionKey { present: Vec::new() });
        assert_eq!(
            at("flow f() { a() with { workspace: ¦"),
            Context::SettingValue { doer: None, key: "workspace".into() }
        );
    }

    #[test]
    fn a_pattern_begins_an_arm_and_follows_is() {
        for text in [
            "flow f() { match x { ¦",
            "flow f() { match x {\n A => 1\n ¦",
            "flow f() { match x { A | ¦",
            "flow f() { if x is ¦",
            "flow f() { match x { A(¦",
        ] {
            assert_eq!(at(text), Context::Pattern, "{text}");
        }
        assert_eq!(at("flow f() { match x { A => ¦"), Context::Expression { statement: false });
    }

    #[test]
    fn a_dot_asks_for_members_and_a_handoff_for_a_stage() {
        assert_eq!(at("flow f() { x.¦"), Context::Member);
        assert_eq!(at("flow f() { x?.na¦"), Context::Member);
        assert_eq!(at("flow f() { \"a ${x.¦} b\" }"), Context::Member);
        assert_eq!(at("flow f() { handoff ¦"), Context::Stage);
        assert_eq!(at("test \"t\" {\n  stub cr¦"), Context::Stub);
    }

    #[test]
    fn a_statement_may_stand_at_the_beginning_of_a_line_only() {
        assert_eq!(at("flow f() {\n  ¦"), Context::Expression { statement: true });
        assert_eq!(at("flow f() {\n  let x = ¦"), Context::Expression { statement: false });
        assert_eq!(at("flow f() {\n  g(¦"), Context::Expression { statement: false });
    }

    #[test]
    fn imports_ask_for_modules_and_names() {
        assert_eq!(at("import ¦"), Context::ImportPath);
        assert_eq!(at("import std/re¦"), Context::ImportPath);
        assert_eq!(at("import std/review.{Ver¦"), Context::ImportNames { path: "std/review".into() });
    }

    #[test]
    fn text_and_new_names_and_comments_ask_for_nothing() {
        assert_eq!(at("flow f() { \"a¦b\" }"), Context::Nothing);
        assert_eq!(at("flow f() { let ¦"), Context::Nothing);
        assert!(context("// flow", 5).is_none());
    }

    #[test]
    fn an_item_is_known_although_the_one_before_it_is_open() {
        assert_eq!(
            at("flow f() {\n  if x {\n\nagent a() {\n  ¦"),
            Context::SettingKey { doer: DoerKind::Agent, present: Vec::new() }
        );
    }
}
