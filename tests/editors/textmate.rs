//! The TextMate grammar: every role has its scope, and it agrees with the compiler's own lexer on all the Flow there is.

use crate::passes;
use flow_grammar::parse::parse;
use flow_grammar::span::Span;
use flow_grammar::token::Tok;
use flow_tests::editor_tools::{npm_packages, run};
use flow_tests::repository;
use flow_tests::skip::{Found, or_skip};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TESTER: &str = "vscode-tmgrammar-test@0.1.3";

/// A program of the grammar tester, with the grammar as its argument.
fn tester(program: &str) -> Found<Command> {
    let modules = npm_packages("textmate", &[TESTER])?;
    let mut command = Command::new(modules.join(".bin").join(program));
    command.arg("--grammar").arg(grammar().join("flow.tmLanguage.json"));
    Ok(command)
}

fn grammar() -> PathBuf {
    repository().join("grammar/textmate")
}

#[test]
fn every_role_has_the_scope_that_the_annotated_files_ask_for() {
    let Some(mut tester) = or_skip("the scopes of the TextMate grammar", tester("vscode-tmgrammar-test"))
    else {
        return;
    };
    passes(tester.current_dir(grammar()).arg("tests/*.flow"));
}

#[test]
fn a_wrong_scope_fails() {
    let Some(mut tester) = or_skip("the tester of the TextMate grammar", tester("vscode-tmgrammar-test"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let wrong =
        "// SYNTAX TEST \"source.flow\" \"a keyword is no comment\"\nflow f() { }\n// <---- comment\n";
    fs::write(folder.path().join("wrong.flow"), wrong).unwrap();
    let why = run(tester.current_dir(folder.path()).arg("wrong.flow")).unwrap_err();
    assert!(why.contains("storage.type.function.flow"), "{why}");
}

#[test]
fn the_scopes_agree_with_the_lexer_on_all_the_flow_there_is() {
    let Some(mut tester) = or_skip("the TextMate grammar beside the lexer", tester("vscode-tmgrammar-snap"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Vec::new();
    for place in ["tests/corpus/valid", "tests/editors/workspace", "examples", "stdlib"] {
        find_flows(&repository().join(place), &mut sources);
    }
    assert!(sources.len() > 10, "the corpus is not where it was");
    for (number, source) in sources.iter().enumerate() {
        fs::copy(source, folder.path().join(format!("{number}.flow"))).unwrap();
    }
    run(tester.current_dir(folder.path()).args(["--scope", "source.flow", "--updateSnapshot", "*.flow"]))
        .unwrap();

    let mut differences = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let text = fs::read_to_string(source).unwrap();
        let snapshot = fs::read_to_string(folder.path().join(format!("{number}.flow.snap"))).unwrap();
        let scopes = scopes_of(&snapshot);
        let tokens: Vec<(Tok, Span)> = parse(&text).lexed.iter().collect();
        for at in 0..tokens.len() {
            compare(&text, &tokens, at, &scopes, &mut |what| {
                differences.push(format!("{}: {what}", source.display()));
            });
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// All `.flow` files under a folder, in order.
fn find_flows(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find_flows(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "flow") {
            found.push(path);
        }
    }
}

/// The scopes of each character of each line, read from a snapshot: a line of the source behind `>`, then for each of
/// its pieces a line with carets below it, behind `#`, and its scopes.
fn scopes_of(snapshot: &str) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = Vec::new();
    for line in snapshot.lines() {
        if let Some(source) = line.strip_prefix('>') {
            lines.push(vec![String::new(); source.chars().count()]);
        } else if let Some(piece) = line.strip_prefix('#') {
            let start = piece.len() - piece.trim_start().len();
            let carets = piece.trim_start().chars().take_while(|&sign| sign == '^').count();
            let scopes = &piece[start + carets + 1..];
            let characters = lines.last_mut().into_iter().flatten().skip(start).take(carets);
            characters.for_each(|character| character.push_str(scopes));
        }
    }
    lines
}

/// Reports where a token of the lexer is drawn as something else.
fn compare(
    text: &str,
    tokens: &[(Tok, Span)],
    at: usize,
    scopes: &[Vec<String>],
    differ: &mut impl FnMut(String),
) {
    let (kind, span) = tokens[at];
    let wanted = wanted(tokens, at);
    let (from, to) = (span.start as usize, span.end as usize);
    let line = text[..from].matches('\n').count();
    let column = text[..from].chars().rev().take_while(|&sign| sign != '\n').count();
    let (mut row, mut place) = (line, column);
    for character in text[from..to].chars() {
        if character == '\n' {
            (row, place) = (row + 1, 0);
            continue;
        }
        if !character.is_whitespace() && !wanted.is_empty() {
            let drawn = &scopes[row][place];
            // What a name in a string is, the scopes behind the last interpolation tell.
            let inner = drawn.rsplit("meta.embedded.expression.flow").next().unwrap_or(drawn);
            if !wanted.iter().any(|scope| inner.contains(scope)) || inner.contains("invalid.") {
                let shown = text[from..to].lines().next().unwrap_or_default();
                differ(format!("{}:{}: `{shown}` ({kind:?}) is drawn as {drawn}", line + 1, column + 1));
                return;
            }
        }
        place += 1;
    }
}

/// The scopes of which a token needs one; none where nothing is asked for.
fn wanted(tokens: &[(Tok, Span)], at: usize) -> &'static [&'static str] {
    let seen = |(kind, _): &&(Tok, Span)| !kind.is_trivia() && *kind != Tok::Nl;
    let before = tokens[..at].iter().rfind(seen).map(|(kind, _)| *kind);
    let after = tokens[at + 1..].iter().find(seen).map(|(kind, _)| *kind);
    match tokens[at].0 {
        Tok::Comment | Tok::Doc | Tok::ModuleDoc => &["comment."],
        Tok::StrStart | Tok::BlockStart | Tok::StrEnd => &["punctuation.definition.string."],
        Tok::Text => &["string.quoted."],
        Tok::HoleStart | Tok::HoleEnd => &["punctuation.section.interpolation."],
        Tok::Int | Tok::Float | Tok::Duration | Tok::Money => &["constant.numeric."],
        Tok::Upper => {
            &["entity.name.type.", "variable.other.enummember.", "variable.other.constant.", "support.type."]
        }
        Tok::Lower => &["variable.", "entity.name.", "support."],
        Tok::Underscore => &["variable.language.wildcard."],
        word if word.is_keyword() && (after == Some(Tok::Colon) || before == Some(Tok::Dot)) => {
            &["variable.", "support.type.property-name."]
        }
        Tok::None => &["constant.language.none.", "support.type.primitive."],
        Tok::Stage => &["storage.type.", "variable.other.enummember.setting."],
        word if word.is_keyword() => &["keyword.", "storage.", "constant.language."],
        kind if kind.is_trivia() || kind == Tok::Nl => &[],
        Tok::Dot | Tok::DotDot | Tok::Slash => {
            &["punctuation.", "keyword.operator.", "entity.name.namespace."]
        }
        _ => &["punctuation.", "keyword.operator."],
    }
}
