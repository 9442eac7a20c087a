//! The way of a secret that is used where none may stand: both ends and what lies between.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may")]

mod support;

/// Whom the programs of these tests call.
const OTHERS: &str = r#"
secret TOKEN
type Login { user: string, word: string }
type Answer = Yes(text: string) | No
agent teller(what: string) -> string { prompt: "Say ${what}.", timeout: 1m }
command fetch(base: string, token: string = "") -> string { run: ["fetch", base], env: ["T": token], timeout: 1m }
fn shout(text: string) -> string { text.upper() }
flow keeper(word: string) { log("kept ${word}") }
flow outer(word: string) { keeper(word) }
"#;

/// The text and the words of each label of every misplaced secret of a program, the primary first.
fn ways(text: &str) -> Vec<Vec<String>> {
    let report = support::project(&format!("{text}{OTHERS}")).report();
    let mut out: Vec<Vec<String>> = Vec::new();
    for line in report.lines().filter(|line| !line.contains(": W") || line.starts_with("    ")) {
        let quoted = || line.split('`').nth(1).unwrap_or_default().to_owned();
        if line.starts_with("main.flow") {
            assert!(line.contains("E0326"), "{report}");
            out.push(vec![quoted()]);
        } else if let Some((_, text)) = line.rsplit_once(" (")
            && line.starts_with("    main.flow")
        {
            out.last_mut().unwrap().push(format!("{}: {}", quoted(), text.trim_end_matches(')')));
        }
    }
    out
}

/// Tests, one a line: a sentence as the name, a program, and the labels of its only mistake.
macro_rules! ways {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            let found = ways($text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0][0], "TOKEN");
            assert_eq!(found[0][1], "TOKEN: `TOKEN` is a secret");
            let expected: &[&str] = &$expected;
            assert_eq!(&found[0][2..], expected);
        })*
    };
}

ways! {
    into_a_log: "flow f() { log(\"t ${TOKEN}\") }" => [
        "\"t ${TOKEN}\": it becomes part of this text",
        "log: `log` is handed it, and records it"];
    through_variables: "flow f() {\n  let a = TOKEN\n  let b = \"x ${a}\"\n  log(b)\n}" => [
        "a: `a` would hold it",
        "\"x ${a}\": it becomes part of this text",
        "b: `b` would hold it",
        "log: `log` is handed it, and records it"];
    through_a_var_that_is_assigned: "flow f() {\n  var a = \"\"\n  a = TOKEN\n  write(\"x\", a)\n}" => [
        "a: this would hold it",
        "write: `write` would put it into a file"];
    through_a_function: "flow f() -> string { shout(TOKEN) }" => [
        "shout: `shout` computes with it",
        "f: `f` would yield it"];
    through_a_record: "flow f() {\n  let it = Login(user: \"x\", word: TOKEN)\n  log(it.word)\n}" => [
        "Login: it becomes part of a `Login`",
        "it: `it` would hold it",
        "log: `log` is handed it, and records it"];
    through_a_variant: "flow f() -> Answer { Yes(text: TOKEN) }" => [
        "Yes: it becomes part of a `Yes`",
        "f: `f` would yield it"];
    through_a_map: "flow f() {\n  let all = [\"a\": TOKEN]\n  log(all[\"a\"])\n}" => [
        "[\"a\": TOKEN]: it becomes part of this map",
        "all: `all` would hold it",
        "log: `log` is handed it, and records it"];
    through_a_closure: "flow f() -> [string] { [\"a\"].map(|it| it + TOKEN) }" => [
        "it + TOKEN: this is computed from it",
        "[\"a\"].map: `map` is handed it",
        "f: `f` would yield it"];
    through_a_loop: "flow f() { for it in [TOKEN] { log(it) } }" => [
        "[TOKEN]: it becomes an element of this list",
        "it: `it` would hold it",
        "log: `log` is handed it, and records it"];
    through_two_flows: "flow f() { outer(TOKEN) }" => [
        "outer: `outer` is handed it as `word`, and what is handed over is recorded",
        "keeper: `keeper` is handed it as `word`, and what is handed over is recorded",
        "\"kept ${word}\": it becomes part of this text",
        "log: `log` is handed it, and records it"];
    as_a_parameter_of_an_agent: "flow f() -> string { teller(TOKEN) }" => [
        "teller: `teller` is handed it as `what`, and what is handed over is recorded",
        "\"Say ${what}.\": it becomes part of this text",
        "prompt: the agent would be told it"];
    as_a_parameter_of_a_command: "flow f() -> string { fetch(token: TOKEN, base: \"x\") }" => [
        "fetch: `fetch` is handed it as `token`, and what is handed over is recorded"];
    through_a_catch: "flow f() -> string { fetch(\"x\") catch err { err.message + TOKEN } }" => [
        "err.message + TOKEN: this is computed from it",
        "f: `f` would yield it"];
    as_the_subject_of_a_catch: "flow f() -> string { (TOKEN + fetch(\"x\")) catch _ { \"\" } }" => [
        "TOKEN + fetch(\"x\"): this is computed from it",
        "f: `f` would yield it"];
    as_the_message_of_a_failure: "flow f() { fail \"no ${TOKEN}\" }" => [
        "\"no ${TOKEN}\": it becomes part of this text",
        "fail \"no ${TOKEN}\": the message of a failure is recorded"];
    as_a_condition: "flow f() { if TOKEN == \"x\" { log(\"y\") } }" => [
        "TOKEN == \"x\": this is computed from it",
        "TOKEN == \"x\": what the flow does would tell of it"];
    as_an_event: "flow f() emits string { emit TOKEN }" => [
        "emit TOKEN: events are recorded and passed on"];
    as_what_a_stage_is_handed: "flow f() {\n  handoff end(TOKEN)\n  stage end(it: string) { return }\n}" => [
        "end: the stage `end` is handed it, and handoffs are recorded"];
    as_what_is_required: "flow f(x: string) { require x == TOKEN, \"no\" }" => [
        "x == TOKEN: this is computed from it",
        "require x == TOKEN, \"no\": what the flow does would tell of it"];
    in_a_default: "flow f(x: string = TOKEN) { log(x) }" => [
        "x: `x` would hold it, and what is handed over is recorded"];
    in_a_prompt: "agent a() -> string { prompt: \"Use ${TOKEN}.\", timeout: 1m }" => [
        "\"Use ${TOKEN}.\": it becomes part of this text",
        "prompt: the agent would be told it"];
    in_options_of_a_call: "flow f() -> string { teller(\"x\") with { model: TOKEN } }" => [
        "model: the setting `model` is recorded"];
    in_a_script: "flow f() -> Exec { sh(\"curl ${TOKEN}\") }" => [
        "\"curl ${TOKEN}\": it becomes part of this text",
        "sh: `sh` is handed it, and records it"];
    as_a_name_in_the_environment: "command c() -> string { run: [\"x\"], env: [TOKEN: \"y\"], timeout: 1m }" => [
        "[TOKEN: \"y\"]: it becomes part of this map",
        "env: `env` takes its value only, as it is"];
    by_the_name_of_a_function_in_the_environment: "command c() -> string { run: [\"x\"], env: [\"A\": shout(TOKEN)], timeout: 1m }" => [
        "shout: `shout` computes with it",
        "[\"A\": shout(TOKEN)]: it becomes part of this map",
        "env: `env` takes its value only, as it is"];
    in_an_answer_of_an_endpoint: "flow f() {\n  expose word() -> string { TOKEN }\n  sleep(1s)\n}" => [
        "word: `word` would answer it"];
    in_a_spawned_call: "flow f() {\n  let p = spawn keeper(TOKEN)\n  join(p)\n}" => [
        "keeper: `keeper` is handed it as `word`, and what is handed over is recorded",
        "\"kept ${word}\": it becomes part of this text",
        "log: `log` is handed it, and records it"];
    in_what_is_matched: "flow f() -> int { match TOKEN { \"x\" => 1, _ => 2 } }" => [
        "TOKEN: what the flow does would tell of it"];
    in_a_constant: "const HEADER = \"Bearer ${TOKEN}\"" => [
        "\"Bearer ${TOKEN}\": it becomes part of this text",
        "HEADER: the constant `HEADER` would hold it"];
    in_a_returned_value: "flow f() -> string { return TOKEN }" => [
        "return TOKEN: `f` would yield it"];
    in_an_index: "flow f(xs: {string: int}) -> int { xs.get(TOKEN) ?? 0 }" => [
        "xs.get: `get` is handed it",
        "f: `f` would yield it"];
    in_a_template_of_a_block: "flow f() -> string { if true { \"${TOKEN}\" } else { \"\" } }" => [
        "\"${TOKEN}\": it becomes part of this text",
        "f: `f` would yield it"];
    in_a_refinement: "type Word = string where it != TOKEN" => [
        "it != TOKEN: this is computed from it",
        "Word: what is no `Word` would tell of it"];
}

#[test]
fn the_first_parameter_that_is_recorded_ends_no_way_that_goes_on_in_another_file() {
    let files = [
        ("main.flow", "import ./keys.{TOKEN, keep}\nflow f() { keep(TOKEN) }\n"),
        ("keys.flow", "secret TOKEN\nflow keep(word: string) { log(word) }\n"),
    ];
    let report = support::Project::new(&files).report();
    for place in
        ["main.flow:2:17 `TOKEN`", "keys.flow:1:8 `TOKEN`", "main.flow:2:12 `keep`", "keys.flow:2:27 `log`"]
    {
        assert!(report.contains(place), "{place}: {report}");
    }
}

#[test]
fn a_text_in_a_file_says_which_setting_it_is() {
    let files = [
        ("main.flow", "secret TOKEN\nagent a(x: string) -> string { prompt: file(\"a.md\"), timeout: 1m }\n"),
        ("a.md", "Do ${x} with ${TOKEN}.\n"),
    ];
    let report = support::Project::new(&files).report();
    assert!(report.contains("a.md:1:16 `TOKEN`: E0326"), "{report}");
    assert!(report.contains("main.flow:1:8 `TOKEN` (`TOKEN` is a secret)"), "{report}");
    assert!(report.contains("`\"a.md\"` (it would become part of `prompt` of `a`)"), "{report}");
}
