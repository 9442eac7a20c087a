//! Settings, attributes, prompts in files.

mod support;

reports! {
    a_misspelt_setting_is_one_mistake: "agent a(x: string) -> string { promt: \"${x}\" }";
    an_unknown_setting_gets_the_list: "human h() -> bool { ask: \"?\", colour: \"red\" }";
    a_setting_of_another_kind: "command c() -> string { run: [\"x\"], prompt: \"y\" }";
    missing_settings: "agent a() -> string { }\ncommand c() -> string { }\nhuman h() -> string { }";
    a_broken_setting_is_not_missing: "agent a() -> string { prompt \"x\" }";
    a_setting_given_twice: "agent a() -> string { prompt: \"x\", timeout: 1m, prompt: \"y\" }";
    values_that_never_work: "agent a() -> string { prompt: \" \", retry: -1, turns: 0, timeout: 0s }\ncommand c() -> string { run: [], ok: [0, -1, 256] }";
    forms_of_output_that_do_not_fit: "type R { x: int }\ncommand a() -> [string] { run: [\"x\"], output: text }\ncommand b() -> R { run: [\"x\"], output: lines }\ncommand c() -> string { run: [\"x\"], output: none }\ncommand d() { run: [\"x\"], output: json }\ncommand e() -> R { run: [\"x\"], output: text }";
    forms_of_output_that_fit: "type R { x: int }\ncommand a() -> [string] { run: [\"x\"], output: lines }\ncommand b() -> R { run: [\"x\"], output: json }\ncommand c() { run: [\"x\"], output: none }\ncommand d() -> R { run: [\"x\"], output: file(\"out.json\") }\ncommand e() -> [string] { run: [\"x\"], output: json }";
    exec_says_it_all: "command a() -> Exec { run: [\"x\"], output: json, ok: [0, 1] }";
    an_agent_that_may_write_nothing: "agent a() -> output(\"a.md\") { prompt: \"x\", sandbox: read_only, tools: [read, edit] }\ntype R { report: output(\"r.md\") }\nagent b() -> R { prompt: \"x\", sandbox: read_only }";
    choices_are_strings: "human h() -> bool { ask: \"?\", choices: [\"yes\", \"no\"] }\nhuman g() -> string { ask: \"?\", choices: [\"yes\", \"no\"] }";
    unused_parameters: "agent a(x: string, y: string, _z: string) -> string { prompt: \"${x}\" }\ncommand c(x: string) -> string { run: [\"ls\"] }\nhuman h(x: string) -> bool { ask: \"?\" }\ncommand d(x: string) -> string { run: [\"env\"], env: [\"X\": x] }";
    attributes_have_names: "@cod(\"X\")\n@nothing\nflow f() -> int { 1 }";
    attributes_have_places: "@budget(turns: 1)\n@code(\"ABC\")\nfn f(@code(\"X\") a: int) -> int { a }\n@fresh\n@on(cron: \"0 0 * * *\")\ntool t() -> int { 1 }\n@id(\"x\")\ntype A { @fresh a: int }";
    attributes_given_twice: "@budget(turns: 1)\n@budget(turns: 2)\n@on(cron: \"0 0 * * *\")\n@on(change: \"inbox/*\")\nflow f() -> int { 1 }";
    arguments_of_budget: "@budget\nflow a() -> int { 1 }\n@budget(20)\nflow b() -> int { 1 }\n@budget(turn: 20)\nflow c() -> int { 1 }\n@budget(turns: 1, turns: 2)\nflow d() -> int { 1 }\n@budget(turns: 0, time: 1)\nflow e() -> int { 1 }\n@budget(turns: 20, time: 4h, cost: $25, tokens: 1_000)\nflow f() -> int { 1 }";
    arguments_of_on: "@on(cron: \"0 3 * *\")\nflow a() -> int { 1 }\n@on(cron: \"*/5 0-23 1,15 * 1-5\")\nflow b() -> int { 1 }\n@on(cron: \"60 * * * *\")\nflow c() -> int { 1 }\n@on(cron: \"0 0 * * *\", change: \"x\")\nflow d() -> int { 1 }\n@on(weekly: \"x\")\nflow e() -> int { 1 }\n@on(cron: \"5-1 * * * *\")\nflow g() -> int { 1 }";
    arguments_of_the_others: "@code(\"abc\")\n@id(\"a b\")\nflow a() -> int { 1 }\n@code(12)\n@id\nflow b() -> int { 1 }\n@retain(runs: 20, time: 30d)\n@code(\"OK1\")\nflow c() -> int { 1 }\nfn d(@fresh(1) x: file) -> int { 1 }\n@allow(E0101)\nflow e() -> int { 1 }\n@allow\nflow g() -> int { 1 }";
    a_prompt_that_is_not_there: "// file: a/main.flow\nagent a(x: string) -> string { prompt: file(\"prompts/x.md\") }\n// file: a/prompts/y.md\nWrite ${x}.";
    a_path_of_a_prompt_is_written_out: "agent a(x: string) -> string { prompt: file(\"prompts/${x}.md\") }";
    a_parameter_that_a_prompt_file_uses: "// file: flow.toml\n// file: a/main.flow\nagent a(x: string, y: string) -> string { prompt: file(\"../prompts/x.md\") }\n// file: prompts/x.md\nWrite about ${x}, and keep {this} as it is.";
    a_prompt_of_two_agents: "// file: main.flow\nagent a(x: string) -> string { prompt: file(\"x.md\") }\nagent b(y: string) -> string { prompt: file(\"x.md\") }\n// file: x.md\nWrite about ${x}, ${z}.";
    a_prompt_outside_of_the_project: "// file: flow.toml\n// file: a/main.flow\nagent a() -> string { prompt: file(\"../../x.md\"), system: file(\"/etc/motd\") }\n// file: ../x.md\nx";
    a_prompt_above_its_file_without_a_project: "// file: a/main.flow\nagent a() -> string { prompt: file(\"../x.md\") }\n// file: x.md\nx";
    a_prompt_file_with_a_mistake: "// file: main.flow\nagent a(x: string) -> string { prompt: file(\"x.md\") }\n// file: x.md\nWrite about\n${x +}\nnow.";
}
