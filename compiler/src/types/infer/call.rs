//! Calls, and how arguments meet parameters.

use super::Infer;
use super::construct::Args;
use super::generic::Generic;
use super::messages::{MISMATCH, calls, process};
use super::name::Meaning;
use super::want::{Want, Why};
use crate::diagnostics::{Diagnostic, ItemKey, Place};
use crate::resolve::{Def, DefKind};
use crate::types::body::Ref;
use crate::types::builtins::{self, BuiltinParam, EffectScheme, ParamKind};
use crate::types::decl::{self, FieldDef, ParamSig};
use crate::types::settings::Word;
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{Arg, Expr, ExprKind, Name};
use smol_str::SmolStr;

/// What the arguments of a call go to.
pub(super) struct Callee {
    /// Its name, as written.
    pub(super) name: SmolStr,
    /// The item that declares the parameters.
    pub(super) owner: Option<ItemKey>,
    /// What takes them.
    pub(super) takes: Takes,
}

/// What takes arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Parameters, by order or by label.
    Params,
    /// Parameters of a stage of the same flow.
    Stage,
    /// Fields, by label only.
    Fields,
}

impl Callee {
    /// A record or variant that is made.
    pub(super) const fn fields(name: SmolStr, owner: Option<ItemKey>) -> Self {
        Self { name, owner, takes: Takes::Fields }
    }

    /// A built-in function.
    pub(super) fn function(name: &'static str) -> Self {
        Self { name: SmolStr::new_static(name), owner: None, takes: Takes::Params }
    }

    fn why(&self, param: &SmolStr, span: Span) -> Why {
        let declared = self.owner.as_ref().map(|owner| Place::Item(owner.clone(), span));
        match (self.takes, declared) {
            (Takes::Stage, Some(declared)) => {
                Why::Stage { stage: self.name.clone(), param: param.clone(), declared }
            }
            (Takes::Fields, declared) => {
                Why::Field { owner: self.name.clone(), field: param.clone(), declared, made: true }
            }
            (_, declared) => Why::Param { callee: self.name.clone(), param: param.clone(), declared },
        }
    }
}

/// What arguments can go to.
pub(super) trait Formals {
    /// How many there are.
    fn len(&self) -> usize;
    /// The name of one.
    fn name(&self, index: usize) -> &SmolStr;
    /// Its type, and that of a closure's parameters if it takes a closure.
    fn ty(&self, index: usize) -> &Ty;
    /// Whether it may be left out.
    fn optional(&self, index: usize) -> bool;
    /// Where its name stands in the item that declares it.
    fn span(&self, index: usize) -> Span;
    /// The parameter types of the closure that it takes.
    fn closure(&self, _index: usize) -> Option<&[Ty]> {
        None
    }
    /// The lone words that it takes.
    fn words(&self, _index: usize) -> Option<&'static [Word]> {
        None
    }
}

impl Formals for [ParamSig] {
    fn len(&self) -> usize {
        <[ParamSig]>::len(self)
    }
    fn name(&self, index: usize) -> &SmolStr {
        &self[index].name
    }
    fn ty(&self, index: usize) -> &Ty {
        &self[index].ty
    }
    fn optional(&self, index: usize) -> bool {
        self[index].has_default
    }
    fn span(&self, index: usize) -> Span {
        self[index].span
    }
}

impl Formals for [FieldDef] {
    fn len(&self) -> usize {
        <[FieldDef]>::len(self)
    }
    fn name(&self, index: usize) -> &SmolStr {
        &self[index].name
    }
    fn ty(&self, index: usize) -> &Ty {
        &self[index].ty
    }
    fn optional(&self, index: usize) -> bool {
        self[index].has_default
    }
    fn span(&self, index: usize) -> Span {
        self[index].span
    }
}

impl Formals for [BuiltinParam] {
    fn len(&self) -> usize {
        <[BuiltinParam]>::len(self)
    }
    fn name(&self, index: usize) -> &SmolStr {
        &self[index].name
    }
    fn ty(&self, index: usize) -> &Ty {
        match &self[index].kind {
            ParamKind::Value(ty) | ParamKind::Closure(_, ty) => ty,
            ParamKind::Word(_) => &Ty::String,
        }
    }
    fn optional(&self, index: usize) -> bool {
        self[index].optional
    }
    fn span(&self, _index: usize) -> Span {
        Span::default()
    }
    fn closure(&self, index: usize) -> Option<&[Ty]> {
        match &self[index].kind {
            ParamKind::Closure(params, _) => Some(params),
            ParamKind::Value(_) | ParamKind::Word(_) => None,
        }
    }
    fn words(&self, index: usize) -> Option<&'static [Word]> {
        match self[index].kind {
            ParamKind::Word(words) => Some(words),
            ParamKind::Value(_) | ParamKind::Closure(..) => None,
        }
    }
}

impl Infer<'_> {
    /// `f(a, b: c)`; the caller records the type.
    pub(super) fn call(&mut self, call: &Expr, callee: &Expr, args: Args<'_>, want: Want<'_>) -> Ty {
        if let ExprKind::Upper(name) = &callee.kind
            && let Some(ty) = self.expected_variant(&name.text, want)
        {
            return self.construct_variant(call, callee, name, ty, args);
        }
        if let ExprKind::Lower(name) = &callee.kind
            && let Some(ty) = self.call_own_endpoint(call, callee, name, args)
        {
            return ty;
        }
        match self.meaning(callee) {
            Some(Meaning::Item(def)) if def.kind.is_callable() => {
                self.call_item(call, callee, &def, args, want)
            }
            Some(Meaning::Item(def)) if def.kind == DefKind::Type => {
                self.construct(call, callee, &def.key, args, want)
            }
            Some(Meaning::Item(def)) => self.not_callable(callee, args, &def.key.name, def.kind.a_noun()),
            Some(Meaning::Variant(def, name)) => {
                self.construct_qualified(call, callee, (&def.key, &name), args, want)
            }
            Some(Meaning::Module(_)) => self.not_callable(callee, args, text(callee), "a module"),
            Some(Meaning::Nothing) => self.loose(args.list),
            None => self.call_value(call, callee, args, want),
        }
    }

    /// A call of something that is no item.
    fn call_value(&mut self, call: &Expr, callee: &Expr, args: Args<'_>, want: Want<'_>) -> Ty {
        match &callee.kind {
            ExprKind::Upper(name) => {
                if let Some(ty) = self.made_by_hand(call, callee, name, args) {
                    return ty;
                }
                self.lost_variant(name, want);
                self.loose(args.list)
            }
            ExprKind::Lower(name) if self.find(&name.text).is_none() => match builtins::effect(&name.text) {
                Some(effect) => self.call_effect(call, callee, effect, args, want),
                None if let Some(function) = super::testing::function(&name.text) => {
                    self.call_of_tests(call, callee, function.name, args, want)
                }
                None => {
                    self.lower_name(callee, name);
                    self.loose(args.list)
                }
            },
            _ => {
                let ty = self.expr(callee, Want::Any);
                match self.head(&ty) {
                    head @ (Ty::Error | Ty::Never) => {
                        self.loose(args.list);
                        head
                    }
                    Ty::Session(agent) => self.call_session(call, callee, &agent, args),
                    _ => {
                        let what = format!("a value of type `{}`", self.vars.deep(&ty));
                        self.not_callable(callee, args, text(callee), &what)
                    }
                }
            }
        }
    }

    fn not_callable(&mut self, callee: &Expr, args: Args<'_>, name: &str, what: &str) -> Ty {
        let found = calls::not_callable(self.at(callee.span), name, what);
        self.report(found);
        self.loose(args.list)
    }

    /// The arguments of a call that means nothing: each is checked for itself.
    pub(super) fn loose(&mut self, args: &[Arg]) -> Ty {
        for arg in args {
            match &arg.value.kind {
                ExprKind::Closure { params, body } => {
                    let unknown = vec![Ty::Error; params.len()];
                    self.closure_body(&arg.value, params, &unknown, body, Want::Any);
                }
                _ => {
                    self.expr(&arg.value, Want::Any);
                }
            }
        }
        Ty::Error
    }

    /// A call of a declared function, flow, tool, command, agent or human.
    fn call_item(&mut self, call: &Expr, callee: &Expr, def: &Def, args: Args<'_>, want: Want<'_>) -> Ty {
        self.refer(callee.id, Ref::Item(def.key.clone()));
        let what = || format!("`{}` is {}, whose call", def.key.name, def.kind.a_noun());
        let is_refused = def.kind != DefKind::Fn && self.refuse_all_if_pure(callee.span, call.span, what);
        let Some(signature) = decl::signature(self.db, def.key.clone()) else { return self.loose(args.list) };
        let owner = Callee { name: def.key.name.clone(), owner: Some(def.key.clone()), takes: Takes::Params };
        let formals = signature.params.as_slice();
        let params = signature.type_params.as_slice();
        let generic = self.generic_call(
            call.id,
            !params.is_empty(),
            want,
            |infer, want| {
                let generic = infer.generic_in(call.id, &def.key.name, params, callee.span);
                infer.expect_result(&signature.result, &generic, want);
                infer.arguments(call, &owner, formals, &generic, args);
                generic
            },
            |infer| infer.shared(call.id, params, formals, args, None),
        );
        if def.kind != DefKind::Fn {
            self.waited();
        }
        let result = self.in_call(&signature.result, &generic);
        if !generic.params.is_empty() {
            self.body.type_args.insert(call.id, generic.args);
        }
        // Nothing follows from the value of a call that may not be.
        if is_refused { Ty::Error } else { result }
    }

    fn call_effect(
        &mut self,
        call: &Expr,
        callee: &Expr,
        effect: &'static EffectScheme,
        args: Args<'_>,
        want: Want<'_>,
    ) -> Ty {
        self.refer(callee.id, Ref::Effect(effect.name));
        let is_refused = self.refuse_all_if_pure(callee.span, call.span, || format!("`{}`", effect.name));
        if effect.name == "events" {
            let found = process::stray_events(self.at(call.span));
            self.report(found);
            return self.loose(args.list);
        }
        let generic = self.generic(&effect.name.into(), &effect.vars, callee.span);
        // The result of `read_json` and `signal` is what is expected.
        if let (Ty::Param(_), Some(expected)) =
            (&effect.result, want.hint().filter(|_| effect.says_nothing()))
        {
            let result = self.in_call(&effect.result, &generic);
            self.try_fits(expected, &result);
        }
        let owner = Callee { name: effect.name.into(), owner: None, takes: Takes::Params };
        self.arguments(call, &owner, effect.params.as_slice(), &generic, args);
        match effect.name {
            "connect" => {
                let ends = self.given(call, args);
                self.check_connected(&ends[..ends.len().min(2)]);
            }
            "bubble" => {
                let process = self.given(call, args).first().copied();
                self.check_bubbled(call, process);
            }
            _ => {}
        }
        self.waited();
        if is_refused { Ty::Error } else { self.in_call(&effect.result, &generic) }
    }

    /// The values of the arguments of a call, in the order of the parameters, up to the first that is left out.
    fn given<'a>(&self, call: &Expr, args: Args<'a>) -> Vec<&'a Expr> {
        let placed = self.body.args.get(&call.id).map(Vec::as_slice).unwrap_or_default();
        placed.iter().map_while(|index| Some(&*args.list.get((*index)?)?.value)).collect()
    }

    /// Brings arguments and parameters together and checks each argument. Records which goes where.
    pub(super) fn arguments<F: Formals + ?Sized>(
        &mut self,
        call: &Expr,
        callee: &Callee,
        formals: &F,
        generic: &Generic<'_>,
        args: Args<'_>,
    ) {
        let before = self.body.diagnostics.len();
        let placed = self.place(callee, formals, args);
        let told = self.body.diagnostics.len();
        let mut formals_of = vec![None; args.list.len()];
        for (formal, index) in placed.iter().enumerate() {
            if let Some(slot) = index.and_then(|index| formals_of.get_mut(index)) {
                *slot = Some(formal);
            }
        }
        for (arg, formal) in args.list.iter().zip(formals_of) {
            match formal {
                Some(formal) => self.argument(callee, formals, formal, generic, &arg.value),
                None => {
                    self.loose(std::slice::from_ref(arg));
                }
            }
        }
        if told > before {
            self.without_shifted(told, args.list);
        } else if self.body.diagnostics.len() > told + 1 {
            self.mixed_up(told, callee, formals, generic, args, &placed);
        }
        self.body.args.insert(call.id, placed);
    }

    /// Leaves out that arguments without label are of wrong types, where one too few or too many was told: most then only
    /// stand in the place of another.
    fn without_shifted(&mut self, told: usize, args: &[Arg]) {
        let places: Vec<Place> =
            args.iter().filter(|arg| arg.label.is_none()).map(|arg| self.at(arg.value.span)).collect();
        let is_shifted = |found: &Diagnostic| {
            found.code == MISMATCH && found.labels.first().is_some_and(|label| places.contains(&label.place))
        };
        let found = self.body.diagnostics.split_off(told);
        self.body.diagnostics.extend(found.into_iter().filter(|found| !is_shifted(found)));
    }

    fn argument<F: Formals + ?Sized>(
        &mut self,
        callee: &Callee,
        formals: &F,
        formal: usize,
        generic: &Generic<'_>,
        value: &Expr,
    ) {
        if let Some(words) = formals.words(formal) {
            return self.word(formals.name(formal), value, words);
        }
        let expected = self.in_call(formals.ty(formal), generic);
        let why = callee.why(formals.name(formal), formals.span(formal));
        match formals.closure(formal) {
            None => {
                self.expr(value, Want::Fit(&expected, &why));
            }
            Some(params) => {
                let params: Vec<Ty> = params.iter().map(|param| self.in_call(param, generic)).collect();
                self.closure_argument(&callee.name, value, &params, &expected);
            }
        }
    }

    /// Which argument goes to which parameter. Reports what is wrong, missing, doubled or misplaced, each once.
    fn place<F: Formals + ?Sized>(
        &mut self,
        callee: &Callee,
        formals: &F,
        args: Args<'_>,
    ) -> Vec<Option<usize>> {
        let count = formals.len();
        let mut placed: Vec<Option<usize>> = vec![None; count];
        let (mut complete, mut next, mut labelled) = (true, 0, false);
        // That arguments without label go nowhere is one mistake, however many there are.
        let mut told = false;
        // Labels mostly come in the order of what they name.
        let mut beside = 0;
        for (index, arg) in args.list.iter().enumerate() {
            let formal = match &arg.label {
                Some(label) => {
                    labelled = true;
                    let found = (beside..count)
                        .chain(0..beside.min(count))
                        .find(|formal| *formals.name(*formal) == label.text);
                    beside = found.map_or(beside, |formal| formal + 1);
                    found
                }
                None if callee.takes == Takes::Fields || labelled => None,
                None => {
                    next += 1;
                    Some(next - 1).filter(|formal| *formal < count)
                }
            };
            let problem = match formal {
                Some(formal) => match placed.get(formal).copied().flatten() {
                    Some(earlier) => {
                        Some(self.doubled(callee, formals.name(formal), args.list, earlier, index))
                    }
                    None => {
                        if let Some(slot) = placed.get_mut(formal) {
                            *slot = Some(index);
                        }
                        None
                    }
                },
                None if self.gives_up() => {
                    complete = false;
                    continue;
                }
                None => Some(self.misplaced(callee, formals, args, index, &placed, labelled)),
            };
            if let Some(found) = problem {
                complete = false;
                if arg.label.is_some() || !std::mem::replace(&mut told, true) {
                    self.report(found);
                }
            }
        }
        if complete {
            self.missing(callee, formals, args, &placed);
        }
        placed
    }

    fn doubled(&self, callee: &Callee, name: &str, args: &[Arg], earlier: usize, later: usize) -> Diagnostic {
        let span = |index: usize| {
            args.get(index)
                .map_or(Span::default(), |arg| arg.label.as_ref().map_or(arg.value.span, |l| l.span))
        };
        calls::doubled(self.at(span(later)), self.at(span(earlier)), &callee.name, name)
    }

    /// The message of an argument that goes nowhere.
    fn misplaced<F: Formals + ?Sized>(
        &self,
        callee: &Callee,
        formals: &F,
        args: Args<'_>,
        index: usize,
        placed: &[Option<usize>],
        labelled: bool,
    ) -> Diagnostic {
        let open = || (0..formals.len()).filter(|formal| placed.get(*formal).is_some_and(Option::is_none));
        let names: Vec<&str> = (0..formals.len()).map(|formal| formals.name(formal).as_str()).collect();
        let free: Vec<&str> = open().map(|formal| formals.name(formal).as_str()).collect();
        match args.list.get(index) {
            Some(Arg { label: Some(label), .. }) => {
                calls::unknown_label(self.at(label.span), callee, label, &names, &free)
            }
            Some(Arg { value, .. }) if callee.takes == Takes::Fields => {
                calls::label_needed(self.at(value.span), callee, &free, &names)
            }
            Some(Arg { value, .. }) if labelled => calls::behind_label(self.at(value.span), callee, &free),
            _ => calls::too_many(self.at(self.surplus(args, index)), callee, &names, args.list.len()),
        }
    }

    /// From the first argument too many to the last.
    fn surplus(&self, args: Args<'_>, index: usize) -> Span {
        args.list.get(index).map_or(args.span, |arg| arg.value.span)
    }

    fn missing<F: Formals + ?Sized>(
        &mut self,
        callee: &Callee,
        formals: &F,
        args: Args<'_>,
        placed: &[Option<usize>],
    ) {
        let needed =
            |formal: &usize| !formals.optional(*formal) && placed.get(*formal).is_some_and(Option::is_none);
        let missing: Vec<(&str, &Ty)> = (0..formals.len())
            .filter(needed)
            .map(|formal| (formals.name(formal).as_str(), formals.ty(formal)))
            .collect();
        let Some((name, _)) = missing.first() else { return };
        let declared = (0..formals.len())
            .find(|formal| formals.name(*formal) == name)
            .map(|formal| formals.span(formal));
        let declared =
            callee.owner.as_ref().zip(declared).map(|(owner, span)| Place::Item(owner.clone(), span));
        let found = calls::missing(self.at(args.span), callee, &missing, declared, args);
        self.report(found);
    }
}

/// The name that is called, for a message.
fn text(callee: &Expr) -> &str {
    match &callee.kind {
        ExprKind::Lower(Name { text, .. }) | ExprKind::Upper(Name { text, .. }) => text,
        ExprKind::Field { name, .. } => &name.text,
        _ => "this",
    }
}
