//! The values of settings, and the holes of prompts.

use crate::support;

reports! {
    an_agent: "tool lookup(x: string) -> string { x }\nagent a(x: string, xs: [int]) -> string {\n  prompt: \"Do ${x} with ${xs}\"\n  provider: claude\n  model: \"opus\"\n  effort: high\n  system: \"Be ${x}\"\n  tools: [read, grep, lookup]\n  mcp: [github]\n  skills: [\"style\"]\n  sandbox: read_only\n  network: false\n  session: run\n  timeout: 2h\n  retry: 1\n  turns: 3\n  cost: $2.50\n  workspace: worktree\n}";
    settings_of_the_wrong_type: "agent a(x: string) -> string {\n  prompt: 3\n  provider: 4\n  model: opus\n  tools: read\n  mcp: github\n  skills: [1]\n  network: \"no\"\n  timeout: 5\n  retry: 1.5\n  system: x.len()\n}";
    words_that_are_not_there: "agent a(x: string) -> string {\n  prompt: x\n  effort: hihg\n  sandbox: \"read_only\"\n  session: zzz\n  workspace: 3\n}";
    tools_that_are_not_there: "fn pure(x: string) -> string { x }\nagent b(x: string) -> string { prompt: x }\nagent a(x: string) -> string {\n  prompt: x\n  tools: [reed, pure, b, x, lookpu]\n}\ntool lookup(x: string) -> string { x }";
    holes_of_a_prompt: "type P { title: string }\nagent a(p: P, last: string?) -> string { prompt: \"${p.titel} ${last.len()} ${lst}\" }";
    holes_of_a_prompt_in_a_file: "// file: main.flow\ntype P { title: string }\nagent a(p: P) -> string { prompt: file(\"a.md\") }\n// file: a.md\nWrite ${p.title},\nthen ${p.titel} and ${q}.";
    a_command: "command c(n: int, p: file, xs: [string], fs: [file], f: float) -> string {\n  run: [\"c\", n, p, xs, \"--x=${n}\", f] + fs + xs\n  stdin: \"x ${n}\"\n  cwd: p.directory\n  ok: [0, 1]\n  env: [\"N\": n, \"P\": p]\n  timeout: 5m\n}\ncommand d(xs: [file]) -> string { run: \"./x ${xs} | y\" }\ncommand e(xs: [string]) -> string { run: xs }";
    words_that_a_program_does_not_take: "type P { a: int }\ncommand c(p: P, o: string?, xs: [P]) -> string { run: [\"c\", p, o] + xs + \"d\" }\ncommand d(p: P, b: bool) -> string { run: \"x ${p} ${b}\" }\ncommand e(p: P) -> string { run: p }\ncommand f(p: P) -> string {\n  run: [\"x\"]\n  env: [\"P\": p]\n  ok: [\"0\"]\n}";
    a_question: "type SignOff { ok: bool }\nhuman ask(p: file) -> SignOff {\n  ask: \"Build ${p}?\"\n  timeout: 2d\n}\nhuman pick(xs: string) -> string {\n  ask: xs\n  choices: [\"a\", 3]\n}";
    the_file_of_an_output: "type R { a: int }\ncommand c() -> R {\n  run: [\"c\"]\n  output: file(\"out.json\")\n}\ncommand d() -> R {\n  run: [\"d\"]\n  output: jsno\n}";
    the_value_of_an_unknown_setting_is_left_alone: "agent a(x: string) -> string {\n  prompt: x\n  sandbx: readonly\n  colour: missing + 1\n}";
}
