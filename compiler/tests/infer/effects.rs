//! Effects only where they may happen, secrets only where they may stand.

use crate::support;

reports! {
    a_function_is_pure: "agent a() -> int { prompt: \"x\" }\nflow g() -> int { 1 }\nfn f() -> int {\n  log(\"x\")\n  a() + g()\n}";
    a_function_calls_functions: "fn g(x: int) -> int { x }\nfn f() -> int { g(1) }";
    nothing_at_once_in_a_function: "fn f(xs: [int]) -> int {\n  let a = parallel for x in xs { x }\n  let b = parallel { c: 1, d: 2 }\n  let e = race { x = 1 => x, y = 2 => y }\n  defer { }\n  a.len() + b.c + e\n}\nfn g() -> int { blocked \"x\" }";
    a_closure_is_pure: "flow f(xs: [int]) -> [none] { xs.map(|x| log(\"${x}\")) }";
    a_constant_is_pure: "const NOW = now()";
    a_default_is_pure: "flow f(at: time = now()) -> time { at }\ntype Plan { at: time = now() }";
    a_predicate_is_pure: "type Name = string where exists(it)";
    a_setting_is_pure: "command c(p: file) -> string { run: [\"c\", read(p)] }";
    a_secret_in_the_environment: "secret TOKEN\ncommand c() -> string {\n  run: [\"c\"]\n  env: [\"TOKEN\": TOKEN, \"AUTH\": \"Bearer ${TOKEN}\"]\n}\nflow f() -> string { c() with { env: [\"TOKEN\": TOKEN] } }";
    a_secret_elsewhere: "secret TOKEN\nagent a() -> string { prompt: \"Use ${TOKEN}\" }\ncommand c() -> string { run: [\"c\", TOKEN] }\nflow f() -> string {\n  let t = TOKEN\n  log(\"${TOKEN}\")\n  \"${t}\"\n}";
    a_secret_goes_nowhere_from_where_it_may_stand: "secret TOKEN\ncommand c() -> string { run: [\"c\"] }\ncommand echo(x: string) -> string { run: [\"echo\", x] }\nflow f(on: bool) -> string {\n  var x = \"\"\n  c() with { env: [\"A\": echo(TOKEN)] }\n  c() with { env: [\"A\": if on { x = TOKEN\n \"a\" } else { \"b\" }] }\n  c() with { env: [\"A\": if on { log(\"${TOKEN}\")\n \"a\" } else { return TOKEN }] }\n  c() with { env: [\"A\": match \"${TOKEN}\" { y => echo(y) }] }\n  c() with { env: [\"A\": if \"x\" == TOKEN { \"a\" } else { \"b\" }] }\n  x\n}";
    a_secret_under_a_condition: "secret TOKEN\ncommand c(on: bool) -> string { run: [\"c\"], env: [\"A\": if on { \"Bearer ${TOKEN}\" } else { \"\" }, \"B\": \"x\" + TOKEN] }";
    a_secret_on_its_way_through_what_records_it: "secret TOKEN\ncommand c() -> string { run: [\"c\"] }\nflow f() -> string {\n  c() with { env: [\"A\": sh(\"echo ${TOKEN}\").stdout] }\n  c() with { env: [\"A\": write(\"x\", TOKEN).path] }\n  c() with { env: [\"A\": [TOKEN].map(|it| it).join(\"\")] }\n}";
}
