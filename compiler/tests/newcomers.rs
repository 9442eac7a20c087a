//! What people write on their first day: one message for each mistake, and a way forward.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

use flow_compiler::ide::{completions, hover};
use support::Project;

#[track_caller]
fn says(text: &str, wanted: &[(&str, &str)]) {
    let project = Project::new(&[("a.flow", text)]);
    let found = flow_compiler::check::check_file(&project.db, project.file("a.flow"));
    let found: Vec<_> = found.iter().map(|it| (it.code.0, it.help.clone().unwrap_or_default())).collect();
    let wanted: Vec<_> = wanted.iter().map(|(code, help)| (*code, (*help).to_owned())).collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn types_of_other_languages_are_known() {
    says(
        "type E { a: str, b: number, c: List<string>, d: Optional<int>, e: Dict<string, int>, f: any }\n",
        &[
            ("E0105", "write `string`"),
            ("E0105", "write `int`, or `float` for fractions"),
            ("E0105", "a list is written `[T]`"),
            ("E0105", "what may be missing is written `T?`"),
            (
                "E0105",
                "a map is written `{string: T}`; what has fields is declared: `type Plan { title: string }`",
            ),
            ("E0105", "write `json` for any JSON value"),
        ],
    );
}

#[test]
fn a_record_behind_an_equals_sign_is_one_mistake() {
    says("type U = { title: string }\n", &[("E0105", "write `type Plan { title: string }`, without `=`")]);
}

#[test]
fn functions_and_members_of_other_languages_are_known() {
    says(
        "flow f(xs: [string]) -> int {\n  print(\"x\")\n  xs.length\n}\n",
        &[
            ("E0106", "`log(\"…\")` writes a line into the log of the run"),
            ("E0309", "did you mean `len()`?"),
        ],
    );
}

#[test]
fn a_word_in_a_setting_wants_quotes() {
    says(
        "agent a(x: string) -> string {\n  prompt: \"Do ${x}.\"\n  model: opus\n}\n",
        &[("E0106", "text stands in quotes: `\"opus\"`")],
    );
    says("command c() { run: [echo] }\n", &[("E0106", "text stands in quotes: `\"echo\"`")]);
    says("agent a() -> string { prompt: \"Do ${that}.\" }\n", &[("E0106", "")]);
}

#[test]
fn the_setting_of_another_tool_is_one_mistake() {
    says("command c() { cmd: [\"ls\"] }\n", &[("E0210", "did you mean `run`?")]);
    says("agent a() -> string { instructions: \"Go.\" }\n", &[("E0210", "did you mean `prompt`?")]);
    says("human h() -> bool { question: \"Sure?\" }\n", &[("E0210", "did you mean `ask`?")]);
}

#[test]
fn a_hole_without_its_dollar_is_told() {
    says("agent a(x: string) -> string { prompt: \"Do {x}.\" }\n", &[("W0201", "write `${x}`")]);
    says("command c(x: string) { run: \"echo $x\" }\n", &[("W0201", "write `${x}`")]);
    says(
        "command c(x: string) { run: [\"echo\"] }\n",
        &[("W0201", "use it in `run`, remove it, or begin its name with `_`")],
    );
}

#[test]
fn an_import_that_brings_nothing_is_one_mistake() {
    says("import std/reviews.{Finding}\n", &[("E0101", "did you mean `std/review`?")]);
    says("import std/review.{Findings}\n", &[("E0102", "did you mean `Finding`?")]);
}

#[test]
fn what_only_follows_from_broken_text_is_not_told() {
    says(
        "flow f(x: string) -> string {\n  let a = \"v ${x.replace(\"a, \"b\")} end\"\n  a\n}\n",
        &[("E0007", "close it with `}`, or write `\\${` for plain text")],
    );
    says("command c() -> string = [\"ls\"]\n", &[("E0040", "")]);
    let deep = format!("flow f() -> int {{ {}1{} }}\n", "[".repeat(300), "]".repeat(300));
    let project = Project::new(&[("a.flow", &deep)]);
    let found = flow_compiler::check::check_file(&project.db, project.file("a.flow"));
    assert_eq!(found.iter().map(|it| it.code.0).collect::<Vec<_>>(), ["E0030"]);
}

#[test]
fn documentation_behind_an_attribute_says_where_it_belongs() {
    says(
        "@code(\"AB\")\n/// What it does.\nflow f() { log(\"x\") }\n",
        &[("E0049", "move it above the line of the attribute")],
    );
}

/// The project and the byte of `§` in its text.
fn at(text: &str) -> (Project, u32) {
    let offset = text.find('§').unwrap();
    (Project::new(&[("a.flow", &text.replace('§', ""))]), u32::try_from(offset).unwrap())
}

#[track_caller]
fn shows(text: &str, wanted: &str) {
    let (project, offset) = at(text);
    let found = hover(&project.db, project.file("a.flow"), offset).unwrap().markdown;
    assert!(found.starts_with(&format!("```flow\n{wanted}\n```")), "{found}");
}

#[test]
fn hover_shows_the_values_of_defaults_and_constants() {
    let text = "const LIMIT = 15\ntype P { title: string, n: int where it > 0 = 3 }\n\
                command g(n: int = LIMIT, mood: string = \"good\") { run: [\"echo\", n, mood] }\n";
    shows(&format!("{text}flow f() {{ §g() }}\n"), "command g(n: int = LIMIT, mood: string = \"good\")");
    shows(&format!("{text}flow f() -> int {{ LIMI§T }}\n"), "const LIMIT: int = 15");
    shows(
        &format!("{text}flow f(p: §P) -> int {{ p.n }}\n"),
        "type P {\n  title: string\n  n: int where it > 0 = 3\n}",
    );
    shows(&format!("{text}flow f(p: P) -> int {{ p.§n }}\n"), "n: int where it > 0 = 3");
}

#[track_caller]
fn offers(text: &str, wanted: &[(&str, &str)]) {
    let (project, offset) = at(text);
    let found = completions(&project.db, project.file("a.flow"), offset, true);
    let found: Vec<_> =
        found.iter().map(|it| (it.label.as_str(), it.detail.as_deref().unwrap_or_default())).collect();
    assert_eq!(&found[..wanted.len().min(found.len())], wanted);
}

#[test]
fn fields_and_labels_stay_in_the_order_of_their_declaration() {
    let text = "type P { title: string, steps: [string], n: int }\n";
    let fields = [("title", "string"), ("steps", "[string]"), ("n", "int")];
    offers(&format!("{text}flow f(p: P) -> int {{\n  p.§\n}}\n"), &fields);
    let labels = [("title:", "string"), ("steps:", "[string]"), ("n:", "int")];
    offers(&format!("{text}flow f() -> P {{\n  P(§)\n}}\n"), &labels);
}

#[test]
fn methods_show_the_types_of_their_receiver() {
    let (project, offset) = at("flow f(xs: [string]) -> int {\n  xs.§\n}\n");
    let found = completions(&project.db, project.file("a.flow"), offset, true);
    let detail = |name: &str| found.iter().find(|it| it.label == name).unwrap().detail.clone().unwrap();
    assert_eq!(detail("first"), "() -> string?");
    assert_eq!(detail("map"), "(f: |string| -> U) -> [U]");
    assert_eq!(detail("indexed"), "() -> [{index: int, value: string}]");
}

#[test]
fn the_variants_of_the_wanted_type_come_first() {
    let text = "type Review = Accept | Revise(finding: string)\n";
    let variants = [("Accept", "Accept"), ("Revise", "Revise(finding: string)")];
    for body in ["§", "let r: Review = §\n  r", "return §", "log(\"x\")\n  §"] {
        offers(&format!("{text}flow f() -> Review {{\n  {body}\n}}\n"), &variants);
    }
}
