//! Tokens: one-byte kinds without payload. Their text stays in the source and is read back by span.

use crate::span::Span;
use logos::Logos;

/// The kind of a token.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tok {
    // names and literals
    /// `lower_snake`, also `_private`
    #[regex("_*[a-z][A-Za-z0-9_]*|_+[0-9][A-Za-z0-9_]*|__+")]
    Lower,
    /// `UpperCamel` and `UPPER_SNAKE`
    #[regex("_*[A-Z][A-Za-z0-9_]*")]
    Upper,
    /// `12`
    #[regex("[0-9][0-9_]*")]
    Int,
    /// `0.5`
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9A-Za-z_]*")]
    Float,
    /// `15m`, and whatever else begins with digits and goes on with letters
    #[regex("[0-9][0-9_]*[A-Za-z][0-9A-Za-z_]*")]
    Duration,
    /// `$2.50`
    #[regex(r"\$[0-9][0-9A-Za-z_]*(\.[0-9][0-9A-Za-z_]*)?")]
    Money,

    // strings: a start, texts and holes, an end
    /// `"`
    #[token("\"")]
    StrStart,
    /// `"""`
    #[token("\"\"\"")]
    BlockStart,
    /// Text between the quotes and holes, escapes included.
    Text,
    /// `${`
    HoleStart,
    /// `}` that ends a hole
    HoleEnd,
    /// `"` or `"""` that ends a string
    StrEnd,

    // documentation, and the newline layer's token
    /// A `///` line
    #[regex("///([^/\n][^\n]*)?", allow_greedy = true, priority = 20)]
    Doc,
    /// A `//!` line
    #[regex("//![^\n]*", allow_greedy = true, priority = 20)]
    ModuleDoc,
    /// A newline that ends something; made by the layout
    Nl,
    /// Text already reported, or nothing where something has to stand; made by the layout and by recovery
    Junk,

    // keywords
    /// `import`
    #[token("import")]
    Import,
    /// `as`
    #[token("as")]
    As,
    /// `type`
    #[token("type")]
    Type,
    /// `where`
    #[token("where")]
    Where,
    /// `agent`
    #[token("agent")]
    Agent,
    /// `command`
    #[token("command")]
    Command,
    /// `human`
    #[token("human")]
    Human,
    /// `fn`
    #[token("fn")]
    Fn,
    /// `flow`
    #[token("flow")]
    Flow,
    /// `tool`
    #[token("tool")]
    Tool,
    /// `test`
    #[token("test")]
    Test,
    /// `secret`
    #[token("secret")]
    Secret,
    /// `const`
    #[token("const")]
    Const,
    /// `let`
    #[token("let")]
    Let,
    /// `var`
    #[token("var")]
    Var,
    /// `if`
    #[token("if")]
    If,
    /// `else`
    #[token("else")]
    Else,
    /// `match`
    #[token("match")]
    Match,
    /// `for`
    #[token("for")]
    For,
    /// `in`
    #[token("in")]
    In,
    /// `loop`
    #[token("loop")]
    Loop,
    /// `max`
    #[token("max")]
    Max,
    /// `parallel`
    #[token("parallel")]
    Parallel,
    /// `race`
    #[token("race")]
    Race,
    /// `break`
    #[token("break")]
    Break,
    /// `continue`
    #[token("continue")]
    Continue,
    /// `return`
    #[token("return")]
    Return,
    /// `done`
    #[token("done")]
    Done,
    /// `fail`
    #[token("fail")]
    Fail,
    /// `blocked`
    #[token("blocked")]
    Blocked,
    /// `handoff`
    #[token("handoff")]
    Handoff,
    /// `stage`
    #[token("stage")]
    Stage,
    /// `expose`
    #[token("expose")]
    Expose,
    /// `emit`
    #[token("emit")]
    Emit,
    /// `emits`
    #[token("emits")]
    Emits,
    /// `spawn`
    #[token("spawn")]
    Spawn,
    /// `open`
    #[token("open")]
    Open,
    /// `defer`
    #[token("defer")]
    Defer,
    /// `require`
    #[token("require")]
    Require,
    /// `stub`
    #[token("stub")]
    Stub,
    /// `expect`
    #[token("expect")]
    Expect,
    /// `catch`
    #[token("catch")]
    Catch,
    /// `with`
    #[token("with")]
    With,
    /// `is`
    #[token("is")]
    Is,
    /// `and`
    #[token("and")]
    And,
    /// `or`
    #[token("or")]
    Or,
    /// `not`
    #[token("not")]
    Not,
    /// `true`
    #[token("true")]
    True,
    /// `false`
    #[token("false")]
    False,
    /// `none`
    #[token("none")]
    None,

    // signs
    /// `(`
    #[token("(")]
    LParen,
    /// `)`
    #[token(")")]
    RParen,
    /// `[`
    #[token("[")]
    LBracket,
    /// `]`
    #[token("]")]
    RBracket,
    /// `{`
    #[token("{")]
    LBrace,
    /// `}`
    #[token("}")]
    RBrace,
    /// `,`
    #[token(",")]
    Comma,
    /// `:`
    #[token(":")]
    Colon,
    /// `.`
    #[token(".")]
    Dot,
    /// `..`
    #[token("..")]
    DotDot,
    /// `?.`
    #[token("?.")]
    QuestionDot,
    /// `?`
    #[token("?")]
    Question,
    /// `??`
    #[token("??")]
    Coalesce,
    /// `->`
    #[token("->")]
    Arrow,
    /// `=>`
    #[token("=>")]
    FatArrow,
    /// `=`
    #[token("=")]
    Eq,
    /// `+=`
    #[token("+=")]
    PlusEq,
    /// `==`
    #[token("==")]
    EqEq,
    /// `!=`
    #[token("!=")]
    Ne,
    /// `<`
    #[token("<")]
    Lt,
    /// `<=`
    #[token("<=")]
    Le,
    /// `>`
    #[token(">")]
    Gt,
    /// `>=`
    #[token(">=")]
    Ge,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`
    #[token("/")]
    Slash,
    /// `%`
    #[token("%")]
    Percent,
    /// `|`
    #[token("|")]
    Bar,
    /// `@`
    #[token("@")]
    At,
    /// `_`
    #[token("_")]
    Underscore,

    // signs of other languages, known so that they can be answered well
    /// `&&`
    #[token("&&")]
    AmpAmp,
    /// `||`
    #[token("||")]
    BarBar,
    /// `!`
    #[token("!")]
    Bang,
    /// `;`
    #[token(";")]
    Semicolon,
    /// `:=`
    #[token(":=")]
    ColonEq,
    /// `===`
    #[token("===")]
    EqEqEq,
    /// `!==`
    #[token("!==")]
    NeEq,
    /// `++`
    #[token("++")]
    PlusPlus,
    /// `-=`
    #[token("-=")]
    MinusEq,
    /// `'text'`, or in backticks, as other languages write it
    #[regex(r"'([^'\\\n]|\\[^\n])*'")]
    #[regex(r"`([^`\\\n]|\\[^\n])*`")]
    SingleQuoted,

    // trivia: kept for the formatter, unseen by the parser
    /// Blanks within a line
    #[regex(r"[ \t\r\u{FEFF}]+")]
    Space,
    /// A newline, with the blank lines and the indentation that follow
    #[regex(r"\r?\n[ \t\r\n]*")]
    Newline,
    /// A `//` comment
    #[regex("//[^\n]*", allow_greedy = true, priority = 10)]
    Comment,
    /// A `#` comment of other languages, up to the line's end
    #[regex("#[^\n]*", allow_greedy = true)]
    HashComment,
    /// A `/* … */` comment of other languages
    #[regex(r"/\*([^*]|\*+[^*/])*\*+/", priority = 20)]
    BlockComment,
    /// Characters that mean nothing here; neighbours are one token
    Unknown,

    // what a parse begins with: which of the grammar's two entries is wanted
    /// Opens an item
    EnterItem,
    /// Opens a template without quotes
    EnterTemplate,
}

/// What a token is to those who go through all tokens of a file: most are nothing but themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Plain,
    /// The parser never sees it.
    Trivia,
    Opener,
    Closer,
    /// A keyword that may be a name.
    NameLike,
    Dot,
    Semicolon,
}

/// The parts by the tokens' numbers: to look one up takes no jump.
const PARTS: [Part; 256] = {
    let listed: [(Part, &[Tok]); 5] = [
        (
            Part::Opener,
            &[Tok::LParen, Tok::LBracket, Tok::LBrace, Tok::HoleStart, Tok::StrStart, Tok::BlockStart],
        ),
        (Part::Closer, &[Tok::RParen, Tok::RBracket, Tok::RBrace, Tok::HoleEnd, Tok::StrEnd]),
        (Part::Dot, &[Tok::Dot, Tok::QuestionDot]),
        (Part::Semicolon, &[Tok::Semicolon]),
        (
            Part::Trivia,
            &[
                Tok::Space,
                Tok::Newline,
                Tok::Comment,
                Tok::HashComment,
                Tok::BlockComment,
                Tok::ModuleDoc,
                Tok::Unknown,
            ],
        ),
    ];
    let mut parts = [Part::Plain; 256];
    let mut keyword = Tok::Import as usize;
    while keyword <= Tok::Not as usize {
        parts[keyword] = Part::NameLike;
        keyword += 1;
    }
    let mut list = 0;
    while list < listed.len() {
        let (part, tokens) = listed[list];
        let mut at = 0;
        while at < tokens.len() {
            parts[tokens[at] as usize] = part;
            at += 1;
        }
        list += 1;
    }
    parts
};

impl Tok {
    /// Its part.
    pub(crate) const fn part(self) -> Part {
        PARTS[self as usize]
    }

    /// Whether the parser never sees it.
    pub const fn is_trivia(self) -> bool {
        matches!(self.part(), Part::Trivia)
    }

    /// Whether it is a word of the language, `true`, `false` and `none` included.
    pub const fn is_keyword(self) -> bool {
        self as u8 >= Self::Import as u8 && self as u8 <= Self::None as u8
    }

    /// Whether it is a keyword that may still name a field, a label or a setting.
    pub const fn is_name_like(self) -> bool {
        matches!(self.part(), Part::NameLike)
    }

    /// Whether an item begins with it.
    pub const fn is_item_keyword(self) -> bool {
        matches!(
            self,
            Self::Import
                | Self::Type
                | Self::Agent
                | Self::Command
                | Self::Human
                | Self::Fn
                | Self::Flow
                | Self::Tool
                | Self::Test
                | Self::Secret
                | Self::Const
        )
    }

    /// Whether only a statement can begin with it.
    pub const fn is_statement_keyword(self) -> bool {
        matches!(
            self,
            Self::Let
                | Self::Var
                | Self::Stage
                | Self::Expose
                | Self::Emit
                | Self::Defer
                | Self::Require
                | Self::Stub
                | Self::Expect
        )
    }

    /// The closing half, if it opens a pair.
    pub const fn closer(self) -> Option<Self> {
        match self {
            Self::LParen => Some(Self::RParen),
            Self::LBracket => Some(Self::RBracket),
            Self::LBrace => Some(Self::RBrace),
            Self::HoleStart => Some(Self::HoleEnd),
            Self::StrStart | Self::BlockStart => Some(Self::StrEnd),
            _ => None,
        }
    }

    /// Whether it closes a pair.
    pub const fn is_closer(self) -> bool {
        matches!(self.part(), Part::Closer)
    }
}

/// A token with the byte behind its end; it starts where the one before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lexeme {
    /// What it is.
    pub kind: Tok,
    /// The byte after its last.
    pub end: u32,
}

/// All tokens of a text in order and without gaps, blanks and comments included. Ends of strings and holes that are
/// missing in the text are there with no length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lexed {
    /// The tokens.
    pub tokens: Vec<Lexeme>,
}

impl Lexed {
    /// The tokens with their spans.
    pub fn iter(&self) -> impl Iterator<Item = (Tok, Span)> + '_ {
        let mut start = 0;
        self.tokens.iter().map(move |token| {
            let span = Span::new(start, token.end);
            start = token.end;
            (token.kind, span)
        })
    }

    /// The places of the tokens of one kind.
    pub(crate) fn of_kind(&self, kind: Tok) -> impl Iterator<Item = Span> + '_ {
        let found = self.tokens.iter().enumerate().filter(move |(_, token)| token.kind == kind);
        found.map(|(index, token)| {
            let start = index.checked_sub(1).map_or(0, |before| self.tokens[before].end);
            Span::new(start, token.end)
        })
    }
}
