//! Places that are hard to show: behind tabs, in lines that end in CRLF, among wide characters, at the end, nowhere.

use flow_compiler::diagnostics::Code;
use flow_compiler::diagnostics::render::{Format, render};
use flow_compiler::diagnostics::report::{Finding, FindingFix, FindingLabel, Report, Source};
use flow_grammar::span::Span;

const TEXT: &str = "a\tb\tlost\r\n日本 = 「é😀」 x\n\tlast";
const OTHER: &str = "one: two\n";

/// The place of a piece of the first text.
fn at(piece: &str) -> FindingLabel {
    let start = u32::try_from(TEXT.find(piece).unwrap()).unwrap();
    let span = Span::new(start, start + u32::try_from(piece.len()).unwrap());
    FindingLabel { source: 0, span, text: String::new() }
}

fn finding(code: &'static str, message: &str, labels: Vec<FindingLabel>) -> Finding {
    let code = Code(code);
    Finding {
        code,
        severity: code.severity(),
        message: message.into(),
        labels,
        notes: Vec::new(),
        help: None,
        fixes: Vec::new(),
    }
}

fn said(mut label: FindingLabel, text: &str) -> FindingLabel {
    label.text = text.into();
    label
}

pub(crate) fn odd() -> Report {
    let end = FindingLabel { source: 0, span: Span::new(u32::MAX, u32::MAX), text: String::new() };
    let length = u32::try_from(TEXT.len()).unwrap();
    let end = FindingLabel { span: Span::new(length, length), ..end };
    let other = FindingLabel { source: 1, span: Span::new(5, 8), text: "and this, 100%: yes".into() };
    let mut wide = finding("E0304", "`「` is wide", vec![said(at("😀"), "this"), other]);
    wide.notes.push("the first, of two".into());
    wide.notes.push("the second".into());
    wide.help = Some("write `x`".into());
    wide.fixes.push(FindingFix {
        title: "change to `x`".into(),
        edits: vec![(0, at("😀").span, "x".into())],
        certain: true,
    });
    let findings = vec![
        finding("E0101", "`lost` stands behind tabs", vec![at("lost")]),
        wide,
        finding("W0201", "this ends two lines further", vec![at("lost\r\n日本 = 「é😀」 x\n\tlast")]),
        finding("N0001", "here it ends", vec![end]),
        finding("E0602", "cannot read `gone.flow`: no such file", Vec::new()),
    ];
    let sources = vec![Source::new("dir, a:b/wide é.flow", TEXT), Source::new("other.flow", OTHER)];
    Report { sources, findings }
}

fn kept(name: &str, format: Format) {
    let text = render(&odd(), format, false).replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, text) });
}

#[test]
fn odd_places_are_drawn() {
    kept("rich", Format::Rich);
}

#[test]
fn odd_places_have_a_line_each() {
    kept("short", Format::Short);
}

#[test]
fn odd_places_are_json() {
    kept("json", Format::Json);
    for line in render(&odd(), Format::Json, false).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn odd_places_are_escaped_for_github() {
    kept("github", Format::Github);
}

#[test]
fn a_line_of_a_report_is_a_line_of_the_text_in_every_form() {
    let log: serde_json::Value = serde_json::from_str(&render(&odd(), Format::Sarif, false)).unwrap();
    let region = &log["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"];
    let wanted = (2, 8, 2, 9);
    let number = |key: &str| region[key].as_u64().unwrap();
    assert_eq!((number("startLine"), number("startColumn"), number("endLine"), number("endColumn")), wanted);
    let json = render(&odd(), Format::Json, false);
    let second: serde_json::Value = serde_json::from_str(json.lines().nth(1).unwrap()).unwrap();
    let start = &second["labels"][0]["start"];
    assert_eq!((start["line"].as_u64(), start["column"].as_u64()), (Some(2), Some(8)));
    assert!(render(&odd(), Format::Short, false).contains(":2:8: error[E0304]"));
}

#[test]
fn sarif_holds_what_readers_of_it_require() {
    let log: serde_json::Value = serde_json::from_str(&render(&odd(), Format::Sarif, false)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for place in result["locations"].as_array().into_iter().flatten() {
            let uri = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert!(uri.is_ascii() && !uri.contains([' ', ':']), "{uri}");
        }
    }
    // What has no place has no location, rather than a made-up one.
    assert!(run["results"][4].get("locations").is_none());
}

#[test]
fn colour_is_given_only_where_it_is_wanted() {
    assert!(!render(&odd(), Format::Rich, false).contains('\u{1b}'));
    assert!(render(&odd(), Format::Rich, true).contains('\u{1b}'));
}

#[test]
fn of_a_line_of_a_megabyte_little_is_drawn() {
    let text = format!("{}!", "x ".repeat(500_000));
    let end = u32::try_from(text.len()).unwrap();
    let label = FindingLabel { source: 0, span: Span::new(end - 1, end), text: String::new() };
    let findings = vec![finding("E0001", "`!` means nothing here", vec![label])];
    let report = Report { sources: vec![Source::new("long.flow", text)], findings };
    let drawn = render(&report, Format::Rich, false);
    assert!(
        drawn.starts_with("error[E0001]: `!` means nothing here\n   ╭─[ long.flow:1:1000001 ]\n"),
        "{drawn}"
    );
    assert!(drawn.len() < 400, "{drawn}");
}

#[test]
fn a_long_line_is_cut_to_what_stands_around_its_places() {
    let text = format!(
        "first\nlet x = [{}lost, {}näher, {}last]\nend",
        "1, ".repeat(500),
        "é, ".repeat(900),
        "2, ".repeat(9)
    );
    let place = |piece: &str, said: &str| {
        let start = u32::try_from(text.find(piece).unwrap()).unwrap();
        let span = Span::new(start, start + u32::try_from(piece.len()).unwrap());
        FindingLabel { source: 0, span, text: said.into() }
    };
    let rest = text.rfind("last").unwrap();
    let rest = FindingLabel {
        span: Span::new(u32::try_from(rest).unwrap(), u32::try_from(rest + 4).unwrap()),
        ..place("lost", "or this")
    };
    let findings = vec![
        finding(
            "E0101",
            "`lost` stands far behind",
            vec![place("lost", ""), place("näher", "not this"), rest],
        ),
        finding("E0102", "the whole is long", vec![place(&text[14..text.len() - 5], "all of it")]),
    ];
    let report = Report { sources: vec![Source::new("a.flow", text.as_str())], findings };
    let drawn = render(&report, Format::Rich, false);
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("long_line", drawn) });
    // Each form counts alike.
    for line in render(&report, Format::Short, false).lines() {
        let place = line.split(": ").next().unwrap();
        assert!(drawn.contains(&format!("─[ {place} ]")), "{place}\n{drawn}");
    }
}
