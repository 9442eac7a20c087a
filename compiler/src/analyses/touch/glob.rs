//! Whether two file patterns can match the same path, and which: the product of two automata, searched breadth first, so
//! that the path found is a shortest one.
//!
//! Patterns are read as the runtime matches them: `*` and `?` stop at `/`, `**` as a whole part of the path does not,
//! `[…]` and `{…}` are as usual. A hole, which is only known at run time, may be any text.

use crate::analyses::outline::Piece;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::VecDeque;

/// Patterns with more alternatives than this are taken to match anything.
const MOST_ALTERNATIVES: usize = 64;

/// A file pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Glob {
    pieces: Vec<Option<SmolStr>>,
}

impl Glob {
    /// A pattern as it is written.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self { pieces: vec![Some(text.into())] }
    }

    /// Any file.
    pub fn any() -> Self {
        Self { pieces: vec![None] }
    }

    /// A file of which only a run knows the name. It meets what may be any file, and nothing that has a name.
    pub fn unnamed() -> Self {
        Self { pieces: Vec::new() }
    }

    /// The path that a string spells: its text is no pattern, its holes may be anything.
    pub fn path(pieces: &[Piece]) -> Self {
        Self::of(pieces, true)
    }

    /// The pattern that a string spells.
    pub fn pattern(pieces: &[Piece]) -> Self {
        Self::of(pieces, false)
    }

    fn of(pieces: &[Piece], literally: bool) -> Self {
        let pieces = joined(pieces);
        let last = pieces.len().saturating_sub(1);
        let pieces = pieces.iter().enumerate().map(|(index, piece)| match piece {
            Piece::Text(text) if literally => Some(escaped(&plain(text, index == 0, index == last))),
            Piece::Text(text) => Some(text.clone()),
            Piece::Param(_) | Piece::Hole => None,
        });
        let mut pieces: Vec<_> = pieces.collect();
        // `./x` is `x`.
        if let Some(Some(first)) = pieces.first_mut()
            && let Some(rest) = first.strip_prefix("./")
        {
            *first = rest.into();
        }
        pieces.dedup_by(|next, last| next.is_none() && last.is_none());
        if pieces.is_empty() {
            pieces.push(Some(SmolStr::default()));
        }
        Self { pieces }
    }

    /// What lies below it, if it is a directory; `None` where only a run knows its name.
    pub(super) fn below(&self) -> Option<Self> {
        if self.is_unnamed() {
            return None;
        }
        let mut pieces = self.pieces.clone();
        pieces.push(Some("/**".into()));
        Some(Self { pieces })
    }

    /// Whether something of it is only known at run time.
    pub fn has_hole(&self) -> bool {
        self.pieces.iter().any(Option::is_none)
    }

    /// Whether it is a file of which only a run knows the name.
    pub fn is_unnamed(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether it is any file.
    fn is_any(&self) -> bool {
        matches!(self.pieces.as_slice(), [None])
            || matches!(self.pieces.as_slice(), [Some(all)] if all == "**")
    }

    /// The pattern for people; a hole is `…`.
    pub fn text(&self) -> String {
        if *self == Self::any() {
            return "**".to_owned();
        }
        self.pieces
            .iter()
            .map(|piece| piece.as_deref().map_or("…".to_owned(), |it| it.replace('\\', "")))
            .collect()
    }

    /// A path that both match.
    pub fn meet(&self, other: &Self) -> Option<String> {
        match (self.is_unnamed(), other.is_unnamed()) {
            (true, _) => return if other.is_any() { other.meet(other) } else { None },
            (_, true) => return other.meet(self),
            (false, false) => {}
        }
        let (a, b) = (Automaton::of(self), Automaton::of(other));
        // A path with something in place of each `*` is easier to read.
        search(&a, &b, true).or_else(|| search(&a, &b, false))
    }

    /// Whether it matches every path that `other` does, as far as one can tell: both are the same, or this is everything
    /// below a directory that the other names.
    pub fn covers(&self, other: &Self) -> bool {
        if self == other || *self == Self::any() {
            return true;
        }
        let [Some(mine)] = self.pieces.as_slice() else { return false };
        if mine == "**" {
            return true;
        }
        match (mine.strip_suffix("/**").or_else(|| mine.strip_suffix("/**/*")), other.pieces.first()) {
            (Some(directory), Some(Some(theirs))) if !has_wildcard(directory) => {
                theirs.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/')) && !other.climbs()
            }
            _ => !other.has_wildcard() && self.meet(other).is_some(),
        }
    }

    fn climbs(&self) -> bool {
        self.pieces.iter().flatten().any(|piece| piece.split('/').any(|part| part == ".."))
    }

    /// Whether it may match more than one path.
    pub(super) fn has_wildcard(&self) -> bool {
        self.has_hole() || self.pieces.iter().flatten().any(|piece| has_wildcard(piece))
    }
}

/// The pieces of a string with texts that stand side by side as one: `"docs" + "/${x}"` is spelled as `"docs/${x}"`.
fn joined(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => *before = format!("{before}{text}").into(),
            _ => out.push(piece.clone()),
        }
    }
    out
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// A piece of a path without `.`, `..` and empty parts, as far as they stand in it whole: `a/../b//c` is `b/c`. What stands at
/// its ends belongs to the pieces beside it, unless it is the first or the last.
fn plain(text: &str, is_first: bool, is_last: bool) -> String {
    if is_first && text.starts_with('/') {
        return text.to_owned();
    }
    let parts: Vec<&str> = text.split('/').collect();
    let last = parts.len() - 1;
    let mut out: Vec<&str> = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        let is_whole = (index > 0 || is_first) && (index < last || is_last);
        // The piece before the first one here ends in the same part.
        let is_above =
            |out: &[&str]| out.last().is_some_and(|above| *above != "..") && (out.len() > 1 || is_first);
        match part {
            "" | "." if is_whole => {}
            ".." if is_whole && is_above(&out) => drop(out.pop()),
            part => out.push(part),
        }
    }
    out.join("/")
}

/// Text that stands for itself in a pattern.
fn escaped(text: &str) -> SmolStr {
    if !text.contains(['*', '?', '[', ']', '{', '}', '\\']) {
        return text.into();
    }
    let mut out = String::new();
    for letter in text.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.into()
}

/// What an edge takes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Letters {
    One(char),
    Any,
    NoSlash,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Letters {
    fn has(&self, letter: char) -> bool {
        match self {
            Self::One(one) => *one == letter,
            Self::Any => true,
            Self::NoSlash => letter != '/',
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&letter)) != *negated
            }
        }
    }

    /// Letters of which one lies in each set that this meets: the borders of its ranges, and what people expect.
    fn samples(&self, out: &mut Vec<char>) {
        match self {
            Self::One(one) => out.push(*one),
            Self::Any | Self::NoSlash => {}
            Self::Class { ranges, .. } => {
                for (low, high) in ranges {
                    let beside = |letter: char, by: i64| {
                        u32::try_from(i64::from(u32::from(letter)) + by).ok().and_then(char::from_u32)
                    };
                    out.extend(
                        [Some(*low), Some(*high), beside(*low, -1), beside(*high, 1)].into_iter().flatten(),
                    );
                }
            }
        }
    }

    /// A letter that both take.
    fn shared(&self, other: &Self) -> Option<char> {
        let mut samples = vec!['a', 'x', '/'];
        self.samples(&mut samples);
        other.samples(&mut samples);
        samples.into_iter().find(|letter| self.has(*letter) && other.has(*letter))
    }
}

/// A nondeterministic automaton; its first state begins, its last accepts.
#[derive(Default)]
struct Automaton {
    /// The edges of each state that take a letter.
    edges: Vec<Vec<(Letters, usize)>>,
    /// The edges that take nothing. The flag tells that a repetition was left out altogether.
    free: Vec<Vec<(usize, bool)>>,
    end: usize,
}

impl Automaton {
    fn of(glob: &Glob) -> Self {
        let mut out = Self::default();
        let begin = out.state();
        out.end = out.state();
        let ways = alternatives(&glob.pieces);
        for way in ways {
            let mut at = begin;
            out.way(&way, &mut at);
            let end = out.end;
            out.free[at].push((end, false));
        }
        out
    }

    fn state(&mut self) -> usize {
        self.edges.push(Vec::new());
        self.free.push(Vec::new());
        self.edges.len() - 1
    }

    fn take(&mut self, at: &mut usize, letters: Letters) {
        let next = self.state();
        self.edges[*at].push((letters, next));
        *at = next;
    }

    fn repeat(&mut self, at: &mut usize, letters: Letters) {
        let (many, next) = (self.state(), self.state());
        self.edges[*at].push((letters.clone(), many));
        self.edges[many].push((letters, many));
        self.free[many].push((next, false));
        self.free[*at].push((next, true));
        *at = next;
    }

    /// Nothing, or anything that ends with `/`.
    fn directories(&mut self, at: &mut usize) {
        let (many, next) = (self.state(), self.state());
        self.edges[*at].push((Letters::Any, many));
        self.edges[*at].push((Letters::One('/'), next));
        self.edges[many].push((Letters::Any, many));
        self.edges[many].push((Letters::One('/'), next));
        self.free[*at].push((next, false));
        *at = next;
    }

    fn way(&mut self, way: &[Token], at: &mut usize) {
        let mut index = 0;
        while let Some(token) = way.get(index) {
            index += 1;
            match token {
                Token::Hole => self.repeat(at, Letters::Any),
                Token::Letter(letter) => self.take(at, Letters::One(*letter)),
                Token::One => self.take(at, Letters::NoSlash),
                Token::Class { negated, ranges } => {
                    self.take(at, Letters::Class { negated: *negated, ranges: ranges.clone() });
                }
                Token::Star => {
                    let stars = 1 + way
                        .get(index..)
                        .unwrap_or_default()
                        .iter()
                        .take_while(|it| **it == Token::Star)
                        .count();
                    let before = index.checked_sub(2).and_then(|before| way.get(before));
                    let after = way.get(index + stars - 1);
                    let begins = matches!(before, None | Some(Token::Letter('/')));
                    match after {
                        None if stars == 2 && begins => self.repeat(at, Letters::Any),
                        Some(Token::Letter('/')) if stars == 2 && begins => {
                            self.directories(at);
                            index += 1;
                        }
                        _ => self.repeat(at, Letters::NoSlash),
                    }
                    index += stars - 1;
                }
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Letter(char),
    Hole,
    One,
    Star,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// The pattern without `{…}`: each way through its alternatives.
fn alternatives(pieces: &[Option<SmolStr>]) -> Vec<Vec<Token>> {
    let mut letters = pieces
        .iter()
        .flat_map(|piece| match piece {
            Some(text) => text.chars().map(Some).collect::<Vec<_>>(),
            None => vec![None],
        })
        .peekable();
    let found = sequence(&mut letters, false);
    if found.len() > MOST_ALTERNATIVES { vec![vec![Token::Hole]] } else { found }
}

type Source<I> = std::iter::Peekable<I>;

fn sequence<I: Iterator<Item = Option<char>>>(letters: &mut Source<I>, inside: bool) -> Vec<Vec<Token>> {
    let mut done: Vec<Vec<Token>> = Vec::new();
    let mut ways: Vec<Vec<Token>> = vec![Vec::new()];
    while let Some(letter) = letters.next() {
        let token = match letter {
            None => Token::Hole,
            Some('}') if inside => {
                done.append(&mut ways);
                return done;
            }
            Some(',') if inside => {
                done.append(&mut ways);
                ways = vec![Vec::new()];
                continue;
            }
            Some('{') => {
                let inner = sequence(letters, true);
                ways = ways
                    .iter()
                    .flat_map(|way| inner.iter().map(|more| way.iter().chain(more).cloned().collect()))
                    .take(MOST_ALTERNATIVES + 1)
                    .collect();
                continue;
            }
            Some('\\') => match letters.next() {
                Some(Some(letter)) => Token::Letter(letter),
                _ => Token::Hole,
            },
            Some('?') => Token::One,
            Some('*') => Token::Star,
            Some('[') => class(letters),
            Some(letter) => Token::Letter(letter),
        };
        ways.iter_mut().for_each(|way| way.push(token.clone()));
    }
    done.append(&mut ways);
    done
}

/// The inside of `[…]`: a `]` that comes first stands for itself.
fn class<I: Iterator<Item = Option<char>>>(letters: &mut Source<I>) -> Token {
    let negated = letters.next_if(|letter| matches!(letter, Some('!' | '^'))).is_some();
    let mut ranges = Vec::new();
    while let Some(letter) = letters.next() {
        let Some(low) = letter else { return Token::Hole };
        if low == ']' && !ranges.is_empty() {
            return Token::Class { negated, ranges };
        }
        let mut high = low;
        if letters.peek() == Some(&Some('-')) {
            letters.next();
            match letters.peek() {
                Some(Some(']')) | None => ranges.push(('-', '-')),
                _ => high = letters.next().flatten().unwrap_or(low),
            }
        }
        ranges.push((low, high));
    }
    Token::Hole
}

/// A state of both automata.
type Pair = (usize, usize);

/// How each pair was first reached: from which, and by which letter.
type Trail = FxHashMap<Pair, Option<(Pair, Option<char>)>>;

/// A shortest path that both automata take; `full` asks for something in place of each `*`.
fn search(a: &Automaton, b: &Automaton, full: bool) -> Option<String> {
    let mut from = Trail::default();
    let mut queue = VecDeque::from([(0, 0)]);
    from.insert((0, 0), None);
    while let Some((x, y)) = queue.pop_front() {
        if (x, y) == (a.end, b.end) {
            return Some(spelled(&from, (x, y)));
        }
        let mut visit = |to: (usize, usize), letter: Option<char>, first: bool| {
            from.entry(to).or_insert_with(|| {
                if first {
                    queue.push_front(to)
                } else {
                    queue.push_back(to)
                }
                Some(((x, y), letter))
            });
        };
        for (to, skips) in &a.free[x] {
            if !(full && *skips) {
                visit((*to, y), None, true);
            }
        }
        for (to, skips) in &b.free[y] {
            if !(full && *skips) {
                visit((x, *to), None, true);
            }
        }
        for (mine, to) in &a.edges[x] {
            for (theirs, other) in &b.edges[y] {
                if let Some(letter) = mine.shared(theirs) {
                    visit((*to, *other), Some(letter), false);
                }
            }
        }
    }
    None
}

fn spelled(from: &Trail, end: Pair) -> String {
    let mut letters: Vec<char> = Vec::new();
    let mut at = end;
    while let Some(Some((before, letter))) = from.get(&at) {
        letters.extend(letter);
        at = *before;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::Glob;
    use crate::analyses::outline::Piece;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn meet(a: &str, b: &str) -> Option<String> {
        Glob::new(a).meet(&Glob::new(b))
    }

    #[test]
    fn patterns_meet_where_a_path_matches_both() {
        assert_eq!(meet("artifacts/*.md", "artifacts/*.md").as_deref(), Some("artifacts/a.md"));
        assert_eq!(meet("artifacts/*.md", "artifacts/*.txt"), None);
        assert_eq!(meet("docs/**/*.md", "docs/plans/*-plan.md").as_deref(), Some("docs/plans/a-plan.md"));
        assert_eq!(meet("**", "src/main.rs").as_deref(), Some("src/main.rs"));
        assert_eq!(meet("src/*.rs", "src/a/b.rs"), None);
        assert_eq!(meet("src/{a,b}.rs", "src/[b-z].rs").as_deref(), Some("src/b.rs"));
        assert_eq!(meet("src/[!a]*.rs", "src/a*.rs"), None);
    }

    #[test]
    fn a_hole_may_be_anything_and_text_is_no_pattern() {
        let path = Glob::path(&[Piece::Text("out/".into()), Piece::Hole, Piece::Text(".md".into())]);
        assert_eq!(path.meet(&Glob::new("out/a/b.md")).as_deref(), Some("out/a/b.md"));
        assert_eq!(path.meet(&Glob::new("in/*.md")), None);
        assert_eq!(path.text(), "out/….md");
        let star = Glob::path(&[Piece::Text("a*b".into())]);
        assert_eq!(star.meet(&Glob::new("axb")), None);
    }

    #[test]
    fn what_lies_below_a_directory_is_covered() {
        let covers = |a: &str, b: &str| Glob::new(a).covers(&Glob::new(b));
        assert!(covers("artifacts/**", "artifacts/x/*.md"));
        assert!(covers("artifacts/*.md", "artifacts/a.md"));
        assert!(covers("**", "anything"));
        assert!(!covers("artifacts/**", "artifacts"));
        assert!(!covers("artifacts/**", "artifacts/../src/x"));
        assert!(!covers("artifacts/*.md", "artifacts/*"));
    }

    fn part() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("a"),
            Just("b"),
            Just("*"),
            Just("?"),
            Just("[ab]"),
            Just("[!a]"),
            Just("{a,bb}"),
            Just("{a*,b}")
        ];
        prop_oneof![
            4 => prop::collection::vec(piece, 1..3).prop_map(|pieces| pieces.concat()),
            1 => Just("**".to_owned())
        ]
    }

    fn pattern() -> impl Strategy<Value = String> {
        prop::collection::vec(part(), 1..4).prop_map(|parts| parts.join("/"))
    }

    /// Every path over two letters up to a length.
    fn paths() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..7 {
            last = last
                .iter()
                .flat_map(|path| ["a", "b", "/"].map(|letter| format!("{path}{letter}")))
                .collect();
            all.extend(last.iter().cloned());
        }
        all.retain(|path| {
            !path.is_empty() && !path.starts_with('/') && !path.ends_with('/') && !path.contains("//")
        });
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]
        /// The oracle is what the runtime matches with, over every short path.
        #[test]
        fn two_patterns_meet_if_and_only_if_some_path_matches_both(a in pattern(), b in pattern()) {
            let matcher = |pattern: &str| globset::GlobBuilder::new(pattern).literal_separator(true).build().unwrap().compile_matcher();
            let (first, second) = (matcher(&a), matcher(&b));
            let found = meet(&a, &b);
            let brute = paths().into_iter().find(|path| first.is_match(path) && second.is_match(path));
            if let Some(path) = &found {
                prop_assert!(first.is_match(path) && second.is_match(path), "{a} and {b} at {path}");
            } else {
                prop_assert_eq!(brute, None, "{} and {}", a, b);
            }
        }
    }
}
