use super::*;
use flow_ir::Pattern;
use flow_ir::Type;
use flow_ir::build::{self, frame, int};
use flow_ir::builtins::METHODS;

fn n(op: Op) -> Node {
    build::node(op)
}

fn s(text: &str) -> Node {
    build::text(text)
}

fn list(items: impl IntoIterator<Item = Node>) -> Node {
    n(Op::List(items.into_iter().collect()))
}

fn eval(node: &Node) -> Out {
    Pure::with_depth(Rc::new(build::program("main")), 400).eval(node, &mut Frame::new(8))
}

fn value(node: &Node) -> Value {
    eval(node).unwrap()
}

fn failure(node: &Node) -> String {
    match *eval(node).unwrap_err() {
        Stop::Fail(fault) => fault.failure.kind.to_string(),
        other => format!("{other:?}"),
    }
}

fn binary(op: BinaryOp, left: Node, right: Node) -> Node {
    n(Op::Binary { op, left: Box::new(left), right: Box::new(right) })
}

fn method(name: &str, receiver: Node, args: Vec<Node>) -> Node {
    n(Op::Method { method: name.into(), receiver: Box::new(receiver), args, optional: false })
}

fn closure(slots: &[u32], body: Node) -> Node {
    n(Op::Closure { params: slots.to_vec(), body: Box::new(body) })
}

#[test]
fn overflow_and_division_by_zero_are_failures() {
    assert_eq!(failure(&binary(BinaryOp::Add, int(i64::MAX), int(1))), "Overflow");
    assert_eq!(failure(&binary(BinaryOp::Mul, int(i64::MIN), int(-1))), "Overflow");
    assert_eq!(failure(&binary(BinaryOp::Rem, int(i64::MIN), int(-1))), "Overflow");
    assert_eq!(failure(&binary(BinaryOp::Div, int(1), int(0))), "DivisionByZero");
    assert_eq!(failure(&binary(BinaryOp::Rem, n(Op::Float(1.0)), n(Op::Float(0.0)))), "DivisionByZero");
    assert_eq!(failure(&binary(BinaryOp::Mul, n(Op::Float(1e308)), n(Op::Float(10.0)))), "Overflow");
    assert_eq!(failure(&n(Op::Neg(Box::new(int(i64::MIN))))), "Overflow");
}

#[test]
fn indices_and_keys_that_are_not_there_are_failures() {
    let index = |base, index| n(Op::Index { base: Box::new(base), index: Box::new(index) });
    assert_eq!(failure(&index(list([int(1)]), int(1))), "IndexOutOfRange");
    assert_eq!(failure(&index(list([int(1)]), int(-1))), "IndexOutOfRange");
    assert_eq!(value(&index(list([int(1)]), int(0))), Value::Int(1));
    let map = n(Op::Map(vec![(s("a"), int(1))]));
    assert_eq!(failure(&index(map.clone(), s("b"))), "KeyNotFound");
    assert_eq!(value(&index(map, s("a"))), Value::Int(1));
}

#[test]
fn recursion_without_end_is_a_failure() {
    let mut program = build::program("main");
    let call = n(Op::CallFn { name: "again".into(), args: vec![] });
    program
        .fns
        .insert("again".into(), flow_ir::Function { frame: frame([], Type::Int, []), body: call.clone() });
    let pure = Pure::with_depth(Rc::new(program), 400);
    let stop = pure.eval(&call, &mut Frame::new(0)).unwrap_err();
    assert!(matches!(*stop, Stop::Fail(fault) if fault.failure.kind == "TooDeep"));
}

#[test]
fn the_deepest_evaluation_fits_into_the_stack_that_it_asks_for() {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let mut program = build::program("main");
        let call = n(Op::CallFn { name: "again".into(), args: vec![] });
        let body = n(Op::Block(vec![n(Op::If {
            condition: Box::new(n(Op::Bool(true))),
            then: Box::new(method("list.map", list([int(1)]), vec![closure(&[0], call.clone())])),
            otherwise: None,
        })]));
        program.fns.insert("again".into(), flow_ir::Function { frame: frame([], Type::Int, []), body });
        Pure::new(Rc::new(program)).eval(&call, &mut Frame::new(0)).is_err()
    });
    assert!(thread.unwrap().join().unwrap());
}

#[test]
fn text_and_lists_have_a_limit() {
    assert_eq!(failure(&method("string.repeat", s("ab"), vec![int(i64::MAX)])), "TooLarge");
    assert_eq!(failure(&binary(BinaryOp::Range, int(0), int(i64::MAX))), "TooLarge");
    assert_eq!(value(&method("string.repeat", s(""), vec![int(i64::MAX)])), Value::string(""));
}

#[test]
fn both_ends_of_a_range_are_in_it() {
    assert_eq!(value(&binary(BinaryOp::Range, int(1), int(3))), value(&list([int(1), int(2), int(3)])));
    assert_eq!(value(&binary(BinaryOp::Range, int(3), int(1))), value(&list([])));
    let within = |number| binary(BinaryOp::In, int(number), binary(BinaryOp::Range, int(0), int(100)));
    assert_eq!(value(&within(100)), Value::Bool(true));
    assert_eq!(value(&within(101)), Value::Bool(false));
}

#[test]
fn assignments_reach_into_lists_maps_and_records() {
    let set = |path, value| n(Op::Set { slot: 0, path, ty: None, value: Box::new(value) });
    let start = n(Op::Record {
        ty: None,
        fields: [("xs".into(), list([int(1), int(2)])), ("m".into(), n(Op::Map(vec![])))].into(),
    });
    let program = n(Op::Block(vec![
        set(vec![], start),
        set(vec![flow_ir::Step::Field("xs".into()), flow_ir::Step::Index(int(1))], int(9)),
        set(vec![flow_ir::Step::Field("m".into()), flow_ir::Step::Index(s("k"))], s("v")),
        n(Op::Local(0)),
    ]));
    assert_eq!(
        crate::boundary::encode::json(&value(&program)),
        serde_json::json!({ "xs": [1, 9], "m": { "k": "v" } })
    );
}

#[test]
fn a_list_grows_in_place() {
    let grow = n(Op::Set {
        slot: 0,
        path: vec![],
        ty: None,
        value: Box::new(binary(BinaryOp::Add, n(Op::Local(0)), list([n(Op::Local(1))]))),
    });
    let program = n(Op::Block(vec![
        n(Op::Set { slot: 0, path: vec![], ty: None, value: Box::new(list([])) }),
        n(Op::For {
            key: "for".into(),
            parallel: false,
            pattern: Pattern::Bind(1),
            list: Box::new(binary(BinaryOp::Range, int(1), int(200_000))),
            max: None,
            body: Box::new(grow),
        }),
        method("list.len", n(Op::Local(0)), vec![]),
    ]));
    // Copying the list each time would take minutes.
    assert_eq!(value(&program), Value::Int(200_000));
}

#[test]
fn a_failure_is_handled_where_it_is_caught() {
    let catch = n(Op::Catch {
        body: Box::new(n(Op::Fail(Box::new(s("no"))))),
        binder: Some(0),
        handler: Box::new(n(Op::Field {
            base: Box::new(n(Op::Local(0))),
            name: "message".into(),
            optional: false,
        })),
    });
    assert_eq!(value(&catch), Value::string("no"));
}

#[test]
fn loops_end_by_break_or_by_their_bound() {
    let bump = n(Op::Set {
        slot: 0,
        path: vec![],
        ty: None,
        value: Box::new(binary(BinaryOp::Add, n(Op::Local(0)), int(1))),
    });
    let most = |max, body, otherwise| {
        n(Op::Block(vec![
            n(Op::Set { slot: 0, path: vec![], ty: None, value: Box::new(int(0)) }),
            n(Op::Loop {
                key: "loop".into(),
                max: Some(Box::new(int(max))),
                body: Box::new(body),
                otherwise,
            }),
        ]))
    };
    let endless = |body, otherwise| most(3, body, otherwise);
    assert_eq!(failure(&most(0, bump.clone(), None)), "LoopExhausted");
    assert_eq!(failure(&most(-1, bump.clone(), None)), "BadArgument");
    assert_eq!(failure(&endless(bump.clone(), None)), "LoopExhausted");
    assert_eq!(value(&endless(bump.clone(), Some(Box::new(n(Op::Local(0)))))), Value::Int(3));
    let leave = n(Op::Block(vec![bump, n(Op::Break(Some(Box::new(n(Op::Local(0))))))]));
    assert_eq!(value(&endless(leave, None)), Value::Int(1));
}

#[test]
fn continue_leaves_an_element_out() {
    let body = n(Op::If {
        condition: Box::new(binary(BinaryOp::Eq, n(Op::Local(1)), int(2))),
        then: Box::new(n(Op::Continue)),
        otherwise: Some(Box::new(n(Op::Local(1)))),
    });
    let each = n(Op::For {
        key: "for".into(),
        parallel: false,
        pattern: Pattern::Bind(1),
        list: Box::new(list([int(1), int(2), int(3)])),
        max: None,
        body: Box::new(body),
    });
    assert_eq!(value(&each), value(&list([int(1), int(3)])));
}

/// For each method: a call of it, and the JSON form of what it yields.
fn calls() -> Vec<(&'static str, Node, &'static str)> {
    let words = || list([s("b"), s("a"), s("b")]);
    let numbers = || list([int(3), int(1), int(2)]);
    let x = || n(Op::Local(0));
    let twice = || closure(&[0], binary(BinaryOp::Mul, x(), int(2)));
    let over_one = || closure(&[0], binary(BinaryOp::Gt, x(), int(1)));
    let negated = || closure(&[0], n(Op::Neg(Box::new(x()))));
    let itself = || closure(&[0], x());
    let pair = || closure(&[0], list([x(), x()]));
    let map = || n(Op::Map(vec![(s("b"), int(2)), (s("a"), int(1))]));
    let json = |text: &str| method("string.to_json", s(text), vec![]);
    let float = |value| n(Op::Float(value));
    let m = |name: &'static str, receiver, args, expected| (name, method(name, receiver, args), expected);
    vec![
        m("string.len", s("tidé"), vec![], "4"),
        m("string.is_empty", s(""), vec![], "true"),
        m("string.contains", s("tide"), vec![s("id")], "true"),
        m("string.starts_with", s("tide"), vec![s("ti")], "true"),
        m("string.ends_with", s("tide"), vec![s("ti")], "false"),
        m("string.matches", s("tide 12"), vec![s("[0-9]+$")], "true"),
        m("string.split", s("a,b"), vec![s(",")], r#"["a","b"]"#),
        m("string.split", s("né"), vec![s("")], r#"["n","é"]"#),
        m("string.lines", s("a\r\nb\n"), vec![], r#"["a","b"]"#),
        m("string.trim", s(" a\n"), vec![], r#""a""#),
        m("string.upper", s("é"), vec![], r#""É""#),
        m("string.lower", s("É"), vec![], r#""é""#),
        m("string.replace", s("aba"), vec![s("a"), s("xx")], r#""xxbxx""#),
        m("string.take", s("éab"), vec![int(2)], r#""éa""#),
        m("string.drop", s("éab"), vec![int(9)], r#""""#),
        m("string.repeat", s("ab"), vec![int(-1)], r#""""#),
        m("string.before", s("a=b=c"), vec![s("=")], r#""a""#),
        m("string.before", s("a"), vec![s("=")], r#""a""#),
        m("string.after", s("a=b=c"), vec![s("=")], r#""b=c""#),
        m("string.to_int", s(" 12 "), vec![], "12"),
        m("string.to_int", s("1.5"), vec![], "null"),
        m("string.to_float", s("inf"), vec![], "null"),
        m("string.to_json", s(r#"{"a":1}"#), vec![], r#"{"a":1}"#),
        m("list.len", words(), vec![], "3"),
        m("list.is_empty", list([]), vec![], "true"),
        m("list.first", words(), vec![], r#""b""#),
        m("list.last", list([]), vec![], "null"),
        m("list.get", words(), vec![int(1)], r#""a""#),
        m("list.get", words(), vec![int(-1)], "null"),
        m("list.contains", words(), vec![s("a")], "true"),
        m("list.index_of", words(), vec![s("a")], "1"),
        m("list.map", numbers(), vec![twice()], "[6,2,4]"),
        m("list.filter", numbers(), vec![over_one()], "[3,2]"),
        m("list.flat_map", numbers(), vec![pair()], "[3,3,1,1,2,2]"),
        m("list.flatten", list([words(), words()]), vec![], r#"["b","a","b","b","a","b"]"#),
        m("list.compact", list([int(1), n(Op::None)]), vec![], "[1]"),
        m("list.any", numbers(), vec![over_one()], "true"),
        m("list.all", numbers(), vec![over_one()], "false"),
        m("list.count", numbers(), vec![over_one()], "2"),
        m("list.find", numbers(), vec![over_one()], "3"),
        m(
            "list.fold",
            numbers(),
            vec![int(10), closure(&[1, 0], binary(BinaryOp::Sub, n(Op::Local(1)), x()))],
            "4",
        ),
        m("list.sort", words(), vec![], r#"["a","b","b"]"#),
        m("list.sort_by", numbers(), vec![negated()], "[3,2,1]"),
        m("list.reverse", numbers(), vec![], "[2,1,3]"),
        m("list.take", numbers(), vec![int(2)], "[3,1]"),
        m("list.drop", numbers(), vec![int(2)], "[2]"),
        m("list.unique", words(), vec![], r#"["b","a"]"#),
        m("list.chunks", numbers(), vec![int(2)], "[[3,1],[2]]"),
        m("list.indexed", list([s("a")]), vec![], r#"[{"index":0,"value":"a"}]"#),
        m("list.group_by", words(), vec![itself()], r#"{"a":["a"],"b":["b","b"]}"#),
        m("list.to_map", words(), vec![itself()], r#"{"a":"a","b":"b"}"#),
        m("list.max_by", numbers(), vec![negated()], "1"),
        m("list.min_by", numbers(), vec![negated()], "3"),
        m("list.max", numbers(), vec![], "3"),
        m("list.min", list([]), vec![], "null"),
        m("list.sum", numbers(), vec![], "6"),
        m("list.join", words(), vec![s("-")], r#""b-a-b""#),
        m("map.len", map(), vec![], "2"),
        m("map.is_empty", map(), vec![], "false"),
        m("map.keys", map(), vec![], r#"["a","b"]"#),
        m("map.values", map(), vec![], "[1,2]"),
        m("map.entries", n(Op::Map(vec![(s("a"), int(1))])), vec![], r#"[{"key":"a","value":1}]"#),
        m("map.get", map(), vec![s("c")], "null"),
        m("map.contains", map(), vec![s("a")], "true"),
        m("map.without", map(), vec![s("a")], r#"{"b":2}"#),
        m("map.merge", map(), vec![n(Op::Map(vec![(s("a"), int(9))]))], r#"{"a":9,"b":2}"#),
        m("map.map_values", map(), vec![twice()], r#"{"a":2,"b":4}"#),
        m("option.is_some", n(Op::None), vec![], "false"),
        m("option.is_none", n(Op::None), vec![], "true"),
        m("int.abs", int(-2), vec![], "2"),
        m("int.min", int(-2), vec![int(1)], "-2"),
        m("int.max", int(-2), vec![int(1)], "1"),
        m("int.to_float", int(2), vec![], "2.0"),
        m("int.to_string", int(-2), vec![], r#""-2""#),
        m("float.abs", float(-2.5), vec![], "2.5"),
        m("float.min", float(2.5), vec![float(1.0)], "1.0"),
        m("float.max", float(2.5), vec![float(1.0)], "2.5"),
        m("float.round", float(-2.5), vec![], "-3"),
        m("float.floor", float(-2.5), vec![], "-3"),
        m("float.ceil", float(-2.5), vec![], "-2"),
        m("float.to_string", float(2.0), vec![], r#""2.0""#),
        m("duration.seconds", n(Op::Duration(90_000)), vec![], "90.0"),
        m("duration.minutes", n(Op::Duration(90_000)), vec![], "1.5"),
        m("duration.hours", n(Op::Duration(5_400_000)), vec![], "1.5"),
        m("money.dollars", n(Op::Money(2_500_000)), vec![], "2.5"),
        m("json.get", json(r#"{"a":[1]}"#), vec![s("a")], "[1]"),
        m("json.at", json("[1,2]"), vec![int(1)], "2"),
        m("json.as_string", json(r#""x""#), vec![], r#""x""#),
        m("json.as_int", json("1.5"), vec![], "null"),
        m("json.as_float", json("1.5"), vec![], "1.5"),
        m("json.as_bool", json("true"), vec![], "true"),
        m("json.as_list", json("[1]"), vec![], "[1]"),
        m("json.to_string", json("[1, 2]"), vec![], r#""[1,2]""#),
    ]
}

#[test]
fn every_method_does_what_its_documentation_says() {
    for (name, call, expected) in calls() {
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(crate::boundary::encode::json(&value(&call)), expected, "{name}");
    }
    let time = methods::call(
        &Pure::new(Rc::new(build::program("main"))),
        &"time.iso".into(),
        Value::Time(0),
        vec![],
        &mut Frame::new(0),
    );
    assert_eq!(time.unwrap(), Value::string("1970-01-01T00:00:00Z"));
}

#[test]
fn every_method_and_property_of_the_language_is_there() {
    let covered: std::collections::HashSet<_> =
        calls().into_iter().map(|(name, ..)| name.to_owned()).collect();
    for it in METHODS.iter().filter(|it| it.signature.starts_with('(') && it.on != "time") {
        assert!(covered.contains(&format!("{}.{}", it.on, it.name)), "{}.{}", it.on, it.name);
    }
    let receivers = [
        ("file", Value::file("docs/a.tar.gz", "00")),
        ("failure", Value::Failure(Rc::new(Failure::new("Failed", "no")))),
        ("exec", Value::Exec(Rc::new(crate::value::Exec { exit: 1, stdout: "".into(), stderr: "".into() }))),
    ];
    for it in METHODS.iter().filter(|it| !it.signature.starts_with('(')) {
        let (_, receiver) = receivers.iter().find(|(kind, _)| *kind == it.on).unwrap();
        assert!(ops::field(receiver, it.name).is_ok(), "{}.{}", it.on, it.name);
    }
}

#[test]
fn a_file_knows_the_parts_of_its_path() {
    let part = |path: &str, name| ops::field(&Value::file(path, "00"), name).unwrap();
    assert_eq!(part("docs/a.tar.gz", "stem"), Value::string("a.tar"));
    assert_eq!(part("docs/a.tar.gz", "extension"), Value::string("gz"));
    assert_eq!(part("docs/a.tar.gz", "directory"), Value::string("docs"));
    assert_eq!(part(".env", "stem"), Value::string(".env"));
    assert_eq!(part(".env", "directory"), Value::string("."));
}

/// How an expression ends that may take so many rounds.
fn within(rounds: u64, node: &Node) -> Out {
    Pure::with_depth(Rc::new(build::program("main")), 400).limited(rounds).eval(node, &mut Frame::new(8))
}

fn upto(last: i64) -> Node {
    binary(BinaryOp::Range, int(1), int(last))
}

fn repeat(max: i64, body: Node) -> Node {
    let otherwise = Some(Box::new(n(Op::None)));
    n(Op::Loop { key: "loop".into(), max: Some(Box::new(int(max))), body: Box::new(body), otherwise })
}

#[test]
fn whatever_computes_for_long_is_counted() {
    let each = |list: Node| {
        let pattern = Pattern::Any;
        let (list, body) = (Box::new(list), Box::new(int(1)));
        n(Op::For { key: "for".into(), parallel: false, pattern, list, max: None, body })
    };
    let text = n(Op::Template(vec![flow_ir::Part::Value(s(&"x".repeat(3000)))]));
    let long = [
        repeat(11, int(1)),
        each(upto(11)),
        upto(100),
        method("list.map", upto(11), vec![closure(&[0], int(1))]),
        method("list.reverse", upto(30), vec![]),
        binary(BinaryOp::Add, upto(20), upto(25)),
        binary(BinaryOp::In, int(0), method("list.take", upto(25), vec![int(25)])),
        method("string.upper", s(&"x".repeat(3000)), vec![]),
        binary(BinaryOp::Add, s("y"), s(&"x".repeat(3000))),
        text,
    ];
    for node in long {
        let Err(stop) = within(10, &node) else { panic!("{node:?}") };
        assert!(matches!(*stop, Stop::Fail(ref fault) if fault.failure.kind == "TooLong"), "{stop:?}");
        within(100, &node).unwrap();
    }
    within(10, &repeat(10, int(1))).unwrap();
    within(10, &method("list.len", upto(39), vec![])).unwrap();
}

#[test]
fn a_value_that_shares_its_parts_is_compared_and_shown_within_bounds() {
    let grown = |slot| {
        let twice = list([build::local(slot), build::local(slot)]);
        build::block([build::bind(slot, list([])), repeat(40, build::set(slot, twice)), build::local(slot)])
    };
    let shown = |rounds| within(rounds, &n(Op::Template(vec![flow_ir::Part::Value(grown(0))])));
    for out in [within(1000, &binary(BinaryOp::Eq, grown(0), grown(1))), shown(1000)] {
        let Err(stop) = out else { panic!("{out:?}") };
        assert!(matches!(*stop, Stop::Fail(ref fault) if fault.failure.kind == "TooLong"), "{stop:?}");
    }
    let same =
        build::block([build::bind(2, grown(0)), binary(BinaryOp::Eq, build::local(2), build::local(2))]);
    assert_eq!(within(100, &same).unwrap(), Value::Bool(true));
    let (left, right) = (list([list([int(1)]), list([int(2)])]), list([list([int(1)]), list([int(3)])]));
    assert_eq!(value(&binary(BinaryOp::Eq, left.clone(), left.clone())), Value::Bool(true));
    assert_eq!(value(&binary(BinaryOp::Ne, left, right)), Value::Bool(true));
}

#[test]
fn whoever_oversees_an_evaluation_ends_it_in_its_midst() {
    use super::pulse::Wish;
    let run = |wish: Wish, cleaning: bool, after: u64| {
        let pure = Pure::with_depth(Rc::new(build::program("main")), 400);
        let asked = Cell::new(0);
        pure.oversee(Box::new(move || {
            asked.set(asked.get() + 1);
            (asked.get() > after).then_some(wish)
        }));
        pure.clean(cleaning);
        pure.eval(&repeat(100_000, int(1)), &mut Frame::new(8)).map_err(|stop| format!("{stop:?}"))
    };
    assert_eq!(run(Wish::Stop, false, 3), Err("Halt([Stopped])".to_owned()));
    assert_eq!(run(Wish::Stop, true, 3), Err("Halt([Stopped])".to_owned()));
    assert_eq!(run(Wish::Cancel, false, 3), Err("Cancelled".to_owned()));
    assert_eq!(run(Wish::Cancel, true, 3), Ok(Value::None));
    assert_eq!(run(Wish::Stop, false, 1000), Ok(Value::None));
}
