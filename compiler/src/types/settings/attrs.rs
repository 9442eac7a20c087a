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
        if let Err((span, message)) = check_args(spec.name, attr) {
            out.push(say::attribute_args(at(span), message, spec.usage));
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

type Wrong = (Span, String);

fn check_args(name: &str, attr: &Attr) -> Result<(), Wrong> {
    let args = attr.args.as_deref().unwrap_or_default();
    match name {
        "code" => {
            let (text, span) = one_string(attr, args)?;
            let letters = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            if letters
                && (2..=8).contains(&text.len())
                && text.starts_with(|letter: char| letter.is_ascii_uppercase())
            {
                return Ok(());
            }
            Err((span, "a code is 2 to 8 capital letters and digits, a letter first".to_owned()))
        }
        "id" => {
            let (text, span) = one_string(attr, args)?;
            if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return Ok(());
            }
            Err((span, "an id is made of letters, digits and `_`".to_owned()))
        }
        "fresh" | EXPORT => match &attr.args {
            Some(_) => Err((attr.span, format!("`@{name}` takes no arguments"))),
            None => Ok(()),
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
        "on" => {
            labelled(
                attr,
                args,
                &[("cron", Wanted::String), ("change", Wanted::String), ("webhook", Wanted::String)],
            )?;
            match args {
                [arg] if arg.label.as_ref().is_some_and(|label| label.text == "cron") => cron(arg),
                [_] => Ok(()),
                _ => Err((attr.span, "`@on` takes one trigger; write another `@on` for another".to_owned())),
            }
        }
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

fn one_string<'a>(attr: &Attr, args: &'a [Arg]) -> Result<(&'a str, Span), Wrong> {
    let wrong = |span| (span, format!("`@{}` takes one plain string", attr.name.text));
    let [arg] = args else { return Err(wrong(attr.span)) };
    match &arg.value.kind {
        ExprKind::Str(template) if arg.label.is_none() => template.plain().map(|text| (text, arg.value.span)),
        _ => None,
    }
    .ok_or_else(|| wrong(arg.value.span))
}

fn labelled(attr: &Attr, args: &[Arg], known: &[(&str, Wanted)]) -> Result<(), Wrong> {
    if args.is_empty() {
        return Err((attr.span, format!("`@{}` says nothing without arguments", attr.name.text)));
    }
    for (index, arg) in args.iter().enumerate() {
        let labels: Vec<String> = known.iter().map(|(label, _)| format!("`{label}`")).collect();
        let labels = labels.join(", ");
        let Some(label) = &arg.label else {
            return Err((
                arg.value.span,
                format!("the arguments of `@{}` have labels: {labels}", attr.name.text),
            ));
        };
        let Some((_, wanted)) = known.iter().find(|(known, _)| label.text == *known) else {
            return Err((label.span, format!("`@{}` takes {labels}, not `{}`", attr.name.text, label.text)));
        };
        if args[..index]
            .iter()
            .any(|earlier| earlier.label.as_ref().is_some_and(|earlier| earlier.text == label.text))
        {
            return Err((label.span, format!("`{}` is given twice", label.text)));
        }
        let words = match (wanted, &arg.value.kind) {
            (Wanted::Int, ExprKind::Int(1..))
            | (Wanted::Duration, ExprKind::Duration(1..))
            | (Wanted::Money, ExprKind::Money(1..)) => continue,
            (Wanted::String, ExprKind::Str(template))
                if template.plain().is_some_and(|text| !text.is_empty()) =>
            {
                continue;
            }
            (Wanted::Int, _) => "a number above 0, written out",
            (Wanted::Duration, _) => "a duration above 0, written out",
            (Wanted::Money, _) => "an amount above $0, written out",
            (Wanted::String, _) => "a plain string",
        };
        return Err((arg.value.span, format!("`{}` takes {words}", label.text)));
    }
    Ok(())
}

/// Five fields: minute, hour, day of the month, month, day of the week.
fn cron(arg: &Arg) -> Result<(), Wrong> {
    let ExprKind::Str(template) = &arg.value.kind else { return Ok(()) };
    let fields: Vec<&str> = template.plain().unwrap_or_default().split_whitespace().collect();
    let ranges =
        [("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("day of the week", 0, 7)];
    if fields.len() != ranges.len() {
        let message = format!(
            "a schedule has five fields (minute, hour, day, month, day of the week), this has {}",
            fields.len()
        );
        return Err((arg.value.span, message));
    }
    for (field, (name, low, high)) in fields.iter().zip(ranges) {
        if !field.split(',').all(|part| cron_part(part, low, high)) {
            return Err((arg.value.span, format!("`{field}` is no {name}: it goes from {low} to {high}")));
        }
    }
    Ok(())
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

fn allow(attr: &Attr, args: &[Arg]) -> Result<(), Wrong> {
    if args.is_empty() {
        return Err((attr.span, "`@allow` names the lints that it allows".to_owned()));
    }
    for arg in args {
        let Some(name) = lint(arg).filter(|_| arg.label.is_none()) else {
            return Err((arg.value.span, "`@allow` takes names or codes of lints".to_owned()));
        };
        if let Err(none) = lints::find(name) {
            let (message, near) = none.message(name);
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err((arg.value.span, format!("{message}{near}")));
        }
    }
    Ok(())
}
