//! Characters that look like those of ASCII, as they come from word processors, chats and other keyboards.

use crate::token::Tok;

/// What a character outside of ASCII is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookalike {
    /// A sign: as it should be written, and its token.
    Sign(&'static str, Tok),
    /// A quotation mark.
    Quote,
    /// A blank, or something that cannot be seen.
    Nothing,
}

/// What a character that is no letter is taken for.
pub(crate) fn of(found: char) -> Option<Lookalike> {
    use Lookalike::{Nothing, Quote, Sign};
    Some(match found {
        '“' | '”' | '„' | '‟' | '«' | '»' | '＂' | '‘' | '’' | '‚' | '‛' => Quote,
        '–' | '—' | '‒' | '−' | '‐' | '‑' | '－' => Sign("-", Tok::Minus),
        '→' | '⟶' => Sign("->", Tok::Arrow),
        '⇒' | '⟹' => Sign("=>", Tok::FatArrow),
        '≤' => Sign("<=", Tok::Le),
        '≥' => Sign(">=", Tok::Ge),
        '≠' => Sign("!=", Tok::Ne),
        '…' => Sign("..", Tok::DotDot),
        '×' | '∗' | '＊' => Sign("*", Tok::Star),
        '÷' | '∕' | '⁄' | '／' => Sign("/", Tok::Slash),
        '＋' => Sign("+", Tok::Plus),
        '＝' => Sign("=", Tok::Eq),
        '，' | '、' => Sign(",", Tok::Comma),
        '：' | '∶' => Sign(":", Tok::Colon),
        '；' | ';' => Sign(";", Tok::Semicolon),
        '（' => Sign("(", Tok::LParen),
        '）' => Sign(")", Tok::RParen),
        '［' => Sign("[", Tok::LBracket),
        '］' => Sign("]", Tok::RBracket),
        '｛' => Sign("{", Tok::LBrace),
        '｝' => Sign("}", Tok::RBrace),
        '｜' | '∣' => Sign("|", Tok::Bar),
        '＜' => Sign("<", Tok::Lt),
        '＞' => Sign(">", Tok::Gt),
        '．' | '·' => Sign(".", Tok::Dot),
        '？' => Sign("?", Tok::Question),
        '＠' => Sign("@", Tok::At),
        '\u{AD}' | '\u{85}' | '\u{FEFF}' | '\u{180E}' | '\u{2061}'..='\u{2064}' => Nothing,
        found if found.is_whitespace() || turns_text(found) => Nothing,
        _ => return None,
    })
}

/// Whether it is an unseen character that changes how the text around it looks.
pub(crate) fn turns_text(found: char) -> bool {
    matches!(found, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

/// The ASCII letter that a letter looks like.
pub(crate) fn letter(found: char) -> Option<char> {
    letter_text(found)?.chars().next()
}

/// The same as text.
pub(crate) fn letter_text(found: char) -> Option<&'static str> {
    Some(match found {
        'а' | 'α' | 'ａ' => "a",
        'с' | 'ｃ' => "c",
        'ԁ' | 'ｄ' => "d",
        'е' | 'ｅ' => "e",
        'һ' | 'ｈ' => "h",
        'і' | 'ι' | 'ı' | 'ｉ' => "i",
        'ј' | 'ｊ' => "j",
        'ӏ' | 'ｌ' => "l",
        'ո' | 'ｎ' => "n",
        'о' | 'ο' | 'ｏ' => "o",
        'р' | 'ρ' | 'ｐ' => "p",
        'ｒ' => "r",
        'ѕ' | 'ｓ' => "s",
        'ｔ' => "t",
        'υ' | 'ｕ' => "u",
        'ν' | 'ｖ' => "v",
        'ѡ' | 'ｗ' => "w",
        'х' | 'χ' | 'ｘ' => "x",
        'у' | 'γ' | 'ｙ' => "y",
        'ｚ' => "z",
        'А' | 'Α' => "A",
        'В' | 'Β' => "B",
        'С' => "C",
        'Е' | 'Ε' => "E",
        'Н' | 'Η' => "H",
        'І' | 'Ι' => "I",
        'К' | 'Κ' => "K",
        'М' | 'Μ' => "M",
        'Ν' => "N",
        'О' | 'Ο' => "O",
        'Р' | 'Ρ' => "P",
        'Ѕ' => "S",
        'Т' | 'Τ' => "T",
        'Х' | 'Χ' => "X",
        'Υ' => "Y",
        'Ζ' => "Z",
        _ => return None,
    })
}
