//! Calls of built-in methods.

use super::Infer;
use super::call::{Callee, Takes};
use super::construct::Args;
use super::field::Link;
use super::messages::{calls, fields, matching, values};
use super::narrow::Facts;
use super::vars::Fit;
use super::want::{Want, peel};
use crate::diagnostics::ItemKey;
use crate::types::body::Ref;
use crate::types::builtins::{self, MethodScheme};
use crate::types::constant::{Value, value};
use crate::types::regex;
use crate::types::ty::Ty;
use flow_grammar::tree::{Expr, Name};

impl Infer<'_> {
    /// `e.name(args)`, `e?.name(args)`
    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    pub(super) fn method(
        &mut self,
        call: &Expr,
        callee: &Expr,
        base: &Expr,
        name: &Name,
        optional: bool,
        args: Args<'_>,
        want: Want<'_>,
    ) -> Link {
        let before = self.before_dot(base, optional, super::field::dot(base, name));
        let mut head = self.head(&before.ty);
        if let Some(declared) = self.declared_option(base)
            && !self.has_member(&head, &name.text)
            && self.has_member(&declared, &name.text)
        {
            if let "is_some" | "is_none" = name.text.as_str() {
                let found = matching::constant_test(self.at(name.span), name.text == "is_some", false);
                self.report(found);
            }
            self.record(base.id, &declared);
            head = self.head(&declared);
        }
        let fork = self.fork();
        self.widen_among(args.list);
        let ty = match builtins::kind_of(&head).and_then(|on| builtins::method(on, &name.text)) {
            Some(method) if !method.property => {
                self.call_method(call, callee, base, &head, method, args, want)
            }
            _ if matches!(head, Ty::Process(..) | Ty::ProcessOf(..)) => {
                self.call_endpoint(call, callee, base, name, &head, args)
            }
            _ => match self.session_in(callee, base, name, &head) {
                Some(agent) if !before.short => self.call_session(call, callee, &agent, args),
                _ => self.no_method(callee, base, name, &head, args),
            },
        };
        if before.short {
            // The arguments are computed only where there is a value.
            let end = self.end(fork, false);
            self.meet_or(end, &Facts::default());
        }
        Link { ty, short: before.short }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn call_method(
        &mut self,
        call: &Expr,
        callee: &Expr,
        base: &Expr,
        receiver: &Ty,
        method: &'static MethodScheme,
        args: Args<'_>,
        want: Want<'_>,
    ) -> Ty {
        self.refer(callee.id, Ref::Method { on: method.on, name: method.name });
        let mut fits = true;
        // Of `fold` alone the whole result is a parameter, and may become an option once it is the result.
        let may_change = matches!(method.result, Ty::Param(_));
        let params = method.params.as_slice();
        let generic = self.generic_call(
            call.id,
            may_change,
            want,
            |infer, want| {
                let generic = infer.generic_in(call.id, &method.name.into(), &method.vars, callee.span);
                let expected = infer.in_call(&method.receiver, &generic);
                // `[T?]` takes a list of anything; `compact` and its like are for what they say.
                fits =
                    infer.fits(receiver, &expected) != Fit::No && infer.is_really(receiver, &method.receiver);
                if fits {
                    infer.expect_result(&method.result, &generic, want);
                    let owner = Callee { name: method.name.into(), owner: None, takes: Takes::Params };
                    infer.arguments(call, &owner, params, &generic, args);
                }
                generic
            },
            |infer| infer.shared(call.id, &method.vars, params, args, Some((&method.receiver, receiver))),
        );
        if (method.on, method.name) == ("string", "matches") {
            self.known_pattern(args);
        } else {
            self.check_count(method, callee.span, args.list);
        }
        if !fits {
            let found = fields::wrong_receiver(self.at(base.span), method, &self.vars.deep(receiver));
            self.report(found);
            return self.loose(args.list);
        }
        let vars: Vec<(&str, Ty)> =
            generic.params.iter().map(|var| var.as_str()).zip(generic.args.iter().cloned()).collect();
        self.check_demands(method.on, method.name, callee, &vars);
        self.in_call(&method.result, &generic)
    }

    /// A regular expression that is known has to be one.
    fn known_pattern(&mut self, args: Args<'_>) {
        let [arg] = args.list else { return };
        let Some(Value::Text(pattern)) = value(self.db, self.file, &arg.value, None) else { return };
        if let Some(fault) = regex::fault(&pattern) {
            let at = regex::place_in(peel(&arg.value), fault.at);
            let found = values::no_pattern(self.at(at), &pattern, &fault.why);
            self.report(found);
        }
    }

    /// Whether the elements of a receiver are options where the method asks for them.
    fn is_really(&self, receiver: &Ty, asked: &Ty) -> bool {
        match (receiver, asked) {
            (Ty::List(element), Ty::List(asked)) if matches!(**asked, Ty::Option(_)) => {
                matches!(self.head(element), Ty::Option(_) | Ty::Infer(_) | Ty::Error | Ty::None)
            }
            _ => true,
        }
    }

    /// The agent of a session that a field holds.
    fn session_in(&mut self, callee: &Expr, base: &Expr, name: &Name, head: &Ty) -> Option<ItemKey> {
        let field = self.declared_field(base, head, &name.text)?;
        let Ty::Session(agent) = self.head(&field.ty) else { return None };
        self.refer(callee.id, Ref::Field(name.text.clone()));
        self.record(callee.id, &field.ty);
        Some(agent)
    }

    fn no_method(&mut self, callee: &Expr, base: &Expr, name: &Name, head: &Ty, args: Args<'_>) -> Ty {
        if matches!(head, Ty::Error | Ty::Never) || name.text.is_empty() {
            self.loose(args.list);
            return if *head == Ty::Never { Ty::Never } else { Ty::Error };
        }
        let place = self.at(name.span);
        let ty = self.vars.deep(head);
        let shape = self.shape(&ty);
        let found = match &ty {
            Ty::Option(inner) if self.has_member(inner, &name.text) => {
                let dot = self.at(super::field::dot(base, name));
                let found = fields::of_option(place, dot, self.at(base.span), name, &ty);
                self.with_change(base, found)
            }
            _ if self.declared_field(base, head, &name.text).is_some()
                || self.has_member(head, &name.text) =>
            {
                calls::not_callable(self.at(callee.span), &name.text, &format!("a field of `{ty}`"))
            }
            _ => fields::no_such_method(place, name, &ty, shape.as_deref()),
        };
        self.report(found);
        match name.text.as_str() {
            // What stands in there belongs into a `for`.
            "each" | "forEach" | "for_each" => self.quietly(|infer| infer.loose(args.list)),
            _ => self.loose(args.list),
        }
    }
}
