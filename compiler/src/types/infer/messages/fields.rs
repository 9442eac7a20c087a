//! Fields, properties, methods and indices that are not there.

use super::{listed, replace};
use crate::diagnostics::{Code, Diagnostic, Edit, Fix, Place};
use crate::resolve::{foreign, suggest};
use crate::types::builtins::{self, MethodScheme};
use crate::types::decl::{PROCESS_MEMBERS, TypeShape};
use crate::types::ty::Ty;
use flow_grammar::tree::Name;

/// A value has no such field, property or method.
pub const NO_FIELD: Code = Code("E0309");
/// A member of a value that may be `none`.
pub const MAYBE_NONE: Code = Code("E0310");
/// A value has no elements to index.
pub const NO_INDEX: Code = Code("E0311");

/// The names behind a dot of a type: its fields, and built-in properties or methods.
fn members<'a>(ty: &Ty, shape: Option<&'a TypeShape>, methods: bool) -> Vec<&'a str> {
    let fields =
        shape.and_then(TypeShape::fields).unwrap_or_default().iter().map(|field| field.name.as_str());
    let built_in = builtins::kind_of(ty).into_iter().flat_map(builtins::methods_of);
    let is_process = matches!(ty, Ty::Process(..) | Ty::ProcessOf(..));
    let of_process = PROCESS_MEMBERS.iter().filter(|_| is_process).map(|member| member.name);
    let fields = fields.chain(of_process);
    fields.chain(built_in.filter(|member| methods || member.property).map(|member| member.name)).collect()
}

/// The member that was probably meant: what other languages call so, or the nearest name.
fn meant<'a>(name: &str, all: &[&'a str]) -> Option<&'a str> {
    let foreign = foreign::a_member(name).iter().find_map(|ours| all.iter().find(|it| *it == ours));
    foreign.copied().or_else(|| suggest(name, all.iter().copied()))
}

/// `plan.titel`
pub(in super::super) fn no_such_field(
    place: Place,
    name: &Name,
    ty: &Ty,
    shape: Option<&TypeShape>,
) -> Diagnostic {
    let found = Diagnostic::new(NO_FIELD, format!("`{ty}` has no field `{}`", name.text), place.clone());
    let all = members(ty, shape, true);
    if let Some(near) = meant(&name.text, &all) {
        let call = builtins::kind_of(ty)
            .and_then(|on| builtins::method(on, near))
            .is_some_and(|method| !method.property);
        let near = if call { format!("{near}()") } else { near.to_owned() };
        return found.help(format!("did you mean `{near}`?")).fix(replace(place, &near));
    }
    match members(ty, shape, false).as_slice() {
        [] if *ty == Ty::Json => {
            found.help(format!("what is in it is looked up: `.get(\"{}\")`, which may be `none`", name.text))
        }
        [] => of_param(found, ty),
        names => found.help(format!("it has {}", listed(names))),
    }
}

/// `xs.fliter(…)`
pub(in super::super) fn no_such_method(
    place: Place,
    name: &Name,
    ty: &Ty,
    shape: Option<&TypeShape>,
) -> Diagnostic {
    let found = Diagnostic::new(NO_FIELD, format!("`{ty}` has no method `{}`", name.text), place.clone());
    let all = members(ty, shape, true);
    match meant(&name.text, &all) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(replace(place, near)),
        None if builtins::effect(&name.text).is_some() => {
            found.help(format!("it is called with the value as its argument: `{}(…)`", name.text))
        }
        None if matches!(ty, Ty::List(_))
            && matches!(name.text.as_str(), "push" | "append" | "add" | "extend") =>
        {
            found
                .note("no method changes a list: each yields a new one")
                .help("join two lists, `xs + [x]`; to a `var` add with `xs += [x]`")
        }
        None if matches!(
            name.text.as_str(),
            "iter" | "into_iter" | "collect" | "stream" | "values" | "to_list" | "clone"
        ) =>
        {
            found.help(format!("leave `.{}()` out: the value has its methods itself", name.text))
        }
        None if matches!(name.text.as_str(), "each" | "forEach" | "for_each") => {
            found.help("go through it with `for x in xs { … }`")
        }
        None if matches!(name.text.as_str(), "unwrap" | "expect" | "unwrap_or") => {
            found.help("where there may be none, write `x ?? …`; what fails needs no sign to be passed on")
        }
        None if matches!(ty, Ty::Param(_)) => of_param(found, ty),
        None if builtins::kind_of(ty).is_none() => found
            .note("only built-in types have methods; a function is called with the value as its argument"),
        None => found,
    }
}

/// Says why nothing is known of a value.
fn of_param(found: Diagnostic, ty: &Ty) -> Diagnostic {
    match ty {
        Ty::Param(name) => found
            .note("nothing is known of a value whose type is a parameter")
            .help(format!("name the type in the place of `{name}`")),
        _ => found,
    }
}

/// `xs.len` without parentheses.
pub(in super::super) fn method_uncalled(place: Place, name: &Name, ty: &Ty) -> Diagnostic {
    let fix = Fix {
        title: "call it".to_owned(),
        edits: vec![Edit { place: super::end_of(place.clone()), text: "()".to_owned() }],
        certain: false,
    };
    Diagnostic::new(NO_FIELD, format!("`{}` is a method of `{ty}`", name.text), place)
        .help(format!("call it: `{}(…)`", name.text))
        .fix(fix)
}

/// `review.finding` where `review` may be `none`.
pub(in super::super) fn of_option(place: Place, dot: Place, base: Place, name: &Name, ty: &Ty) -> Diagnostic {
    let fix = Fix {
        title: "write `?.`".to_owned(),
        edits: vec![Edit { place: dot, text: "?.".to_owned() }],
        certain: false,
    };
    Diagnostic::new(MAYBE_NONE, format!("this may be `none`, which has no `{}`", name.text), place)
        .label(base, format!("this is `{ty}`"))
        .help(format!("write `?.{}`, or say what to take instead with `??`", name.text))
        .fix(fix)
}

/// `review.finding` where only a variant has it.
pub(in super::super) fn of_variant(
    place: Place,
    base: Place,
    name: &Name,
    ty: &Ty,
    variant: &str,
) -> Diagnostic {
    Diagnostic::new(NO_FIELD, format!("only `{variant}` of `{ty}` has `{}`", name.text), place)
        .label(base, format!("this is `{ty}`"))
        .help(format!("test it first: `if … is {variant}`, or use `match`"))
}

/// `[1, 2].join(",")`
pub(in super::super) fn wrong_receiver(place: Place, method: &MethodScheme, ty: &Ty) -> Diagnostic {
    let found = Diagnostic::new(
        NO_FIELD,
        format!("`{}` is for `{}`, not for `{ty}`", method.name, method.receiver),
        place,
    )
    .here(format!("this is `{ty}`"));
    match method.name {
        "join" => found.help("make strings of the elements first: `.map(|x| \"${x}\")`"),
        _ => found,
    }
}

/// `3[0]`
pub(in super::super) fn no_index(place: Place, ty: &Ty) -> Diagnostic {
    if let Ty::Option(inner) = ty
        && matches!(**inner, Ty::List(_) | Ty::Map(..))
    {
        return Diagnostic::new(MAYBE_NONE, "this may be `none`, which has no elements", place)
            .here(format!("this is `{ty}`"))
            .help("use `?.get(…)`, or say what to take instead with `??`");
    }
    let found = Diagnostic::new(NO_INDEX, format!("`{ty}` has no elements to index"), place)
        .here(format!("this is `{ty}`"));
    match ty {
        Ty::Json => found.help("use `.get(\"key\")` or `.at(0)`"),
        Ty::String => found.help("use `.take(…)` and `.drop(…)`, or `.split(…)` it"),
        _ => found,
    }
}

/// `xs[1..2]`
pub(in super::super) fn no_slices(place: Place, ty: &Ty) -> Diagnostic {
    Diagnostic::new(NO_INDEX, format!("no part of a `{ty}` is taken with a range"), place)
        .help("leave out what stands in front, and take as many as you want: `.drop(1).take(2)`")
}

/// `a?.b[0]`
pub(in super::super) fn index_of_option(place: Place, base: Place) -> Diagnostic {
    Diagnostic::new(MAYBE_NONE, "this may be `none`, which has no elements", place)
        .label(base, "cut short by `?.`")
        .help("use `.get(…)`, which goes on with `?.`, or say what to take instead with `??`")
}
