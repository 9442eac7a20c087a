//! Attributes: which there are, where they belong, and what they take. Their arguments are written out, so all is known
//! from the tree alone: they are no expressions of the program.

use super::messages as say;
use crate::diagnostics::{Diagnostic, Place};
use crate::lints;
use crate::resolve::EXPORT;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Attr, ExprKind};

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeSpec {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it does, for people.
    pub doc: &'static str,
    /// What it stands before.
    pub before: Before,
    /// Whether it may stand there more than once.
    pub repeats: bool,
}

/// What an attribute may stand before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// A `flow`.
    Flow,
    /// A `flow` or a `tool`.
    FlowOrTool,
    /// Any item that can be called.
    Callable,
    /// A parameter.
    Parameter,
    /// An import that takes names.
    Names,
    /// Any item, and any statement.
    ItemOrStatement,
}

impl Before {
    const fn words(self) -> &'static str {
        match self {
            Self::Flow => "a `flow`",
            Self::FlowOrTool => "a `flow` or a `tool`",
            Self::Callable => "what can be called",
            Self::Parameter => "a parameter",
            Self::Names => "an import of names, as `import ./model.{Plan}`",
            Self::ItemOrStatement => "a top-level declaration or a statement",
        }
    }
}

/// What an attribute stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A `flow`.
    Flow,
    /// A `tool`.
    Tool,
    /// Another item that can be called, with its name for people.
    Callable(&'static str),
    /// An import that takes names.
    Names,
    /// Another item, with its name for people.
    Item(&'static str),
    /// A parameter.
    Parameter,
    /// A field.
    Field,
    /// A statement.
    Statement,
}

impl Owner {
    const fn words(self) -> &'static str {
        match self {
            Self::Flow => "a flow",
            Self::Tool => "a tool",
            Self::Names => "an import of names",
            Self::Callable(words) | Self::Item(words) => words,
            Self::Parameter => "a parameter",
            Self::Field => "a field",
            Self::Statement => "a statement",
        }
    }

    const fn fits(self, before: Before) -> bool {
        match before {
            Before::Flow => matches!(self, Self::Flow),
            Before::FlowOrTool => matches!(self, Self::Flow | Self::Tool),
            Before::Callable => matches!(self, Self::Flow | Self::Tool | Self::Callable(_)),
            Before::Parameter => matches!(self, Self::Parameter),
            Before::Names => matches!(self, Self::Names),
            Before::ItemOrStatement => !matches!(self, Self::Parameter | Self::Field),
        }
    }
}

const fn attribute(
    name: &'static str,
    before: Before,
    usage: &'static str,
    doc: &'static str,
) -> AttributeSpec {
    AttributeSpec { name, usage, doc, before, repeats: false }
}

/// Every attribute.
pub const ATTRIBUTES: &[AttributeSpec] = &[
    attribute("code", Before::Flow, "@code(\"SHP\")", "The prefix of its run ids: `SHP-1`, `SHP-2`, …"),
    attribute(
        "budget",
        Before::FlowOrTool,
        "@budget(turns: 20, time: 4h, cost: $25, tokens: 1_000_000)",
        "What one run may use up: agent turns, time, money, tokens.",
    ),
    AttributeSpec {
        repeats: true,
        ..attribute(
            "on",
            Before::Flow,
            "@on(cron: \"0 3 * * *\")",
            "When it runs by itself: at a time (`cron`), when a file changes (`change`), when it is called over HTTP (`webhook`).",
        )
    },
    attribute(
        "retain",
        Before::Flow,
        "@retain(runs: 20, time: 30d)",
        "How many finished runs are kept, and how long.",
    ),
    attribute(
        "id",
        Before::Callable,
        "@id(\"review\")",
        "Pins its name in the keys of steps, so that recorded results survive a renaming.",
    ),
    attribute(
        EXPORT,
        Before::Names,
        "@export",
        "Others can import the names from here too, as if they were declared here.",
    ),
    attribute(
        "fresh",
        Before::Parameter,
        "@fresh",
        "A file given here must still have the content that it had when it was produced.",
    ),
    AttributeSpec {
        repeats: true,
        ..attribute(
            "allow",
            Before::ItemOrStatement,
            "@allow(unused_binding)",
            "Lints that are not to be told of this, by their names or codes.",
        )
    },
];

/// What is wrong with the attributes before something.
pub fn check_attrs(attrs: &[Attr], owner: Owner, at: &dyn Fn(Span) -> Place, out: &mut Vec<Diagnostic>) {
    for (index, attr) in attrs.iter().enumerate().filter(|(_, attr)| !attr.name.text.is_empty()) {
        let Some(spec) = ATTRIBUTES.iter().find(|spec| spec.name == attr.name.text) else {
            let known: Vec<&str> =
                ATTRIBUTES.iter().filter(|spec| owner.fits(spec.before)).map(|spec| spec.name).collect();
            out.push(say::unknown_attribute(at(attr.name.span), &attr.name, &known));
            continue;
        };
        if !owner.fits(spec.before) {
            out.push(say::misplaced_attribute(at(attr.span), spec.name, owner.words(), spec.before.words()));
            continue;
        }
        if let Some(first) =
            attrs[..index].iter().find(|first| !spec.repeats && first.name.text == attr.name.text)
        {
            out.push(say::repeated_attribute(at(attr.span), at(first.span), spec.name));
            continue;
        }
        let wrong = check_args(spec.name, attr);
        if !wrong.is_empty() {
            let told = wrong
                .into_iter()
                .map(|it| say::attribute_args(at(it.span), it.message, it.usage.unwrap_or(spec.usage)));
            out.extend(told);
            continue;
        }
        let meant = match spec.name {
            "on" => "starts no run by itself",
            "retain" => "removes no run by itself",
            _ => continue,
        };
        out.push(say::without_effect(at(attr.span), &format!("`@{}`", spec.name), meant));
    }
}

/// The names and codes of lints that an attribute allows, with their places.
pub fn allowed(attr: &Attr) -> impl Iterator<Item = (&str, Span)> {
    let args = attr.args.iter().flatten().filter(|_| attr.name.text == "allow");
    args.filter_map(|arg| Some((lint(arg)?, arg.value.span)))
}

fn lint(arg: &Arg) -> Option<&str> {
    match &arg.value.kind {
        ExprKind::Lower(name) | ExprKind::Upper(name) => Some(&name.text),
        ExprKind::Str(template) => template.plain(),
        _ => None,
    }
}

/// What is wrong with the arguments of an attribute.
struct Wrong {
    span: Span,
    message: String,
    /// How it is written, if that is not what is said of the attribute.
    usage: Option<&'static str>,
}

impl Wrong {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), usage: None }
    }
}

fn check_args(name: &str, attr: &Attr) -> Vec<Wrong> {
    let args = attr.args.as_deref().unwrap_or_default();
    match name {
        "code" => {
            one_string(attr, args, "a code is 2 to 8 capital letters and digits, a letter first", |text| {
                (2..=8).contains(&text.len())
                    && text.starts_with(|letter: char| letter.is_ascii_uppercase())
                    && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            })
        }
        "id" => one_string(attr, args, "an id is made of letters, digits and `_`", |text| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        }),
        "fresh" | EXPORT => match &attr.args {
            Some(_) => vec![Wrong::new(attr.span, format!("`@{name}` takes no arguments"))],
            None => Vec::new(),
        },
        "budget" => labelled(
            attr,
            args,
            &[
                ("turns", Wanted::Int),
                ("time", Wanted::Duration),
                ("cost", Wanted::Money),
                ("tokens", Wanted::Int),
            ],
        ),
        "retain" => labelled(attr, args, &[("runs", Wanted::Int), ("time", Wanted::Duration)]),
        "on" => trigger(attr, args),
        _ => allow(attr, args),
    }
}

#[derive(Clone, Copy)]
enum Wanted {
    Int,
    Duration,
    Money,
    String,
}

impl Wanted {
    fn takes(self, value: &ExprKind) -> bool {
        match (self, value) {
            (Self::Int, ExprKind::Int(1..))
            | (Self::Duration, ExprKind::Duration(1..))
            | (Self::Money, ExprKind::Money(1..)) => true,
            (Self::String, ExprKind::Str(template)) => template.plain().is_some_and(|text| !text.is_empty()),
            _ => false,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Int => "a number above 0, written out",
            Self::Duration => "a duration above 0, written out",
            Self::Money => "an amount above $0, written out",
            Self::String => "a plain string",
        }
    }
}

/// One plain string that passes a test; `form` says which do.
fn one_string(attr: &Attr, args: &[Arg], form: &str, passes: fn(&str) -> bool) -> Vec<Wrong> {
    let wrong = |span| vec![Wrong::new(span, format!("`@{}` takes one plain string", attr.name.text))];
    let [arg] = args else { return wrong(attr.span) };
    match &arg.value.kind {
        ExprKind::Str(template) if arg.label.is_none() => match template.plain() {
            Some(text) if passes(text) => Vec::new(),
            Some(_) => vec![Wrong::new(arg.value.span, form)],
            None => wrong(arg.value.span),
        },
        _ => wrong(arg.value.span),
    }
}

/// Arguments with labels, each at most once.
fn labelled(attr: &Attr, args: &[Arg], known: &[(&str, Wanted)]) -> Vec<Wrong> {
    let name = &attr.name.text;
    if args.is_empty() {
        return vec![Wrong::new(attr.span, format!("`@{name}` says nothing without arguments"))];
    }
    let labels: Vec<String> = known.iter().map(|(label, _)| format!("`{label}`")).collect();
    let labels = labels.join(", ");
    let mut out = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        let Some(label) = &arg.label else {
            out.push(Wrong::new(arg.value.span, format!("the arguments of `@{name}` have labels: {labels}")));
            continue;
        };
        let is_same =
            |earlier: &Arg| earlier.label.as_ref().is_some_and(|earlier| earlier.text == label.text);
        match known.iter().find(|(known, _)| label.text == *known) {
            None => {
                out.push(Wrong::new(label.span, format!("`@{name}` takes {labels}, not `{}`", label.text)))
            }
            Some(_) if args[..index].iter().any(is_same) => {
                out.push(Wrong::new(label.span, format!("`{}` is given twice", label.text)));
            }
            Some((_, wanted)) if !wanted.takes(&arg.value.kind) => {
                out.push(Wrong::new(arg.value.span, format!("`{}` takes {}", label.text, wanted.words())));
            }
            Some(_) => {}
        }
    }
    out
}

/// What starts a run: each trigger, and how it is written.
const TRIGGERS: [(&str, &str); 3] = [
    ("cron", "@on(cron: \"0 3 * * *\")"),
    ("change", "@on(change: \"inbox/*.md\")"),
    ("webhook", "@on(webhook: \"/build\")"),
];

/// `@on(…)`: one trigger.
fn trigger(attr: &Attr, args: &[Arg]) -> Vec<Wrong> {
    let mut out = labelled(attr, args, &TRIGGERS.map(|(label, _)| (label, Wanted::String)));
    let label = args.first().and_then(|arg| arg.label.as_ref()).map(|label| label.text.as_str());
    match args {
        _ if !out.is_empty() => {}
        [arg] if label == Some("cron") => cron(arg, &mut out),
        [_] => {}
        _ => out.push(Wrong::new(attr.span, "`@on` takes one trigger; write another `@on` for another")),
    }
    let usage = TRIGGERS.iter().find(|(known, _)| label == Some(*known)).map(|(_, usage)| *usage);
    out.iter_mut().for_each(|wrong| wrong.usage = usage);
    out
}

/// Five fields: minute, hour, day of the month, month, day of the week.
fn cron(arg: &Arg, out: &mut Vec<Wrong>) {
    let ExprKind::Str(template) = &arg.value.kind else { return };
    let fields: Vec<&str> = template.plain().unwrap_or_default().split_whitespace().collect();
    let ranges =
        [("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("day of the week", 0, 7)];
    if fields.len() != ranges.len() {
        let message = format!(
            "a schedule has five fields (minute, hour, day, month, day of the week), this has {}",
            fields.len()
        );
        out.push(Wrong::new(arg.value.span, message));
        return;
    }
    for (field, (name, low, high)) in fields.iter().zip(ranges) {
        if !field.split(',').all(|part| cron_part(part, low, high)) {
            let message = format!("`{field}` is no {name}: it goes from {low} to {high}");
            out.push(Wrong::new(arg.value.span, message));
        }
    }
}

/// `*`, `5`, `1-5`, each with `/n` behind it.
fn cron_part(part: &str, low: u32, high: u32) -> bool {
    let number = |text: &str| {
        text.parse::<u32>()
            .ok()
            .filter(|n| text.bytes().all(|byte| byte.is_ascii_digit()) && (low..=high).contains(n))
    };
    let (range, every) = part.split_once('/').map_or((part, None), |(range, every)| (range, Some(every)));
    if every.is_some_and(|every| every.parse::<u32>().map_or(true, |every| every == 0)) {
        return false;
    }
    match range.split_once('-') {
        Some((from, to)) => matches!((number(from), number(to)), (Some(from), Some(to)) if from <= to),
        None => range == "*" || number(range).is_some(),
    }
}

fn allow(attr: &Attr, args: &[Arg]) -> Vec<Wrong> {
    if args.is_empty() {
        return vec![Wrong::new(attr.span, "`@allow` names the lints that it allows")];
    }
    let wrong = |arg: &Arg| {
        let message = match lint(arg).filter(|_| arg.label.is_none()) {
            None => "`@allow` takes names or codes of lints".to_owned(),
            Some(name) => {
                let (message, near) = lints::find(name).err()?.message(name);
                near.map(|near| format!("{message}; did you mean `{near}`?")).unwrap_or(message)
            }
        };
        Some(Wrong::new(arg.value.span, message))
    };
    args.iter().filter_map(wrong).collect()
}
