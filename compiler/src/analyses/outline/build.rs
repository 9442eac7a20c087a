//! From a flow's tree and tables to its outline.

use super::doer::is_secret;
use super::facts::{Reader, settled};
use super::known::Processes;
use super::origins::Origins;
use super::{
    Budget, Call, Depends, Each, Effect, Fact, Files, Known, Outline, Param, Piece, Read, Size, Stage, Step,
    StepKind,
};
use crate::db::Db;
use crate::diagnostics::ItemKey;
use crate::resolve::DefKind;
use crate::types::body::{Body, LocalKind, Ref};
use crate::types::decl::{resolve_alias, signature};
use crate::types::ty::Ty;
use flow_grammar::span::Span;
use flow_grammar::tree::{
    Arg, Attr, BinaryOp, Block, Expr, ExprId, ExprKind, FlowDecl, Pattern, Setting, StageDecl, Stmt,
    StmtKind, UnaryOp,
};
use rustc_hash::FxHashMap;

pub(super) fn build(db: &dyn Db, flow: &FlowDecl, attrs: &[Attr], body: &Body) -> Outline {
    let stages: Vec<&StageDecl> = flow
        .body
        .stmts
        .iter()
        .filter_map(|stmt| match &stmt.kind {
            StmtKind::Stage(stage) => Some(&**stage),
            _ => None,
        })
        .collect();
    let params = flow.params.iter().enumerate().filter_map(|(index, param)| {
        Some((*body.binders.get(&param.name.span)?, u32::try_from(index).ok()?))
    });
    let may_change = body.locals.iter().any(|local| local.kind == LocalKind::Var)
        || stages.iter().any(|stage| !stage.params.is_empty());
    let reader = Reader { params: params.collect(), flow: Some(flow), may_change, ..Reader::new(db, body) };
    let mut builder = Builder {
        reader,
        processes: Processes::of(db, body, flow),
        stages: FxHashMap::default(),
        spans: Vec::new(),
        steps: Vec::new(),
        origins: Origins::default(),
        loops: 0,
        names_files: false,
        waits: Vec::new(),
        in_options: false,
        in_endpoint: false,
    };
    for (index, stage) in stages.iter().enumerate() {
        // Of two stages of one name, which are reported, the first counts.
        builder.stages.entry(stage.name.text.as_str()).or_insert(index);
    }
    let params = flow
        .params
        .iter()
        .map(|param| Param {
            name: param.name.text.clone(),
            default: param.default.as_ref().map(|default| builder.reader.fact(default)),
        })
        .collect();
    let held = flow.params.iter().enumerate().filter_map(|(index, param)| {
        let local = body.binders.get(&param.name.span)?;
        Some((index, builder.processes.held(*local)?))
    });
    let held = held.collect();
    let steps = builder.sequence(|it| it.block(&flow.body));
    let stages = stages
        .iter()
        .map(|stage| Stage {
            name: stage.name.text.clone(),
            max: stage.max.as_ref().map(|max| builder.reader.fact(max)),
            steps: builder.sequence(|it| {
                stage.max.iter().for_each(|max| it.expr(max));
                it.block(&stage.body);
            }),
        })
        .collect();
    Outline { steps, stages, params, held, spans: builder.spans, name: flow.name.span, budget: budget(attrs) }
}

/// `@budget(turns: 20, time: 4h, cost: $25)`; its values are literals.
fn budget(attrs: &[Attr]) -> Budget {
    let mut budget = Budget::default();
    let args =
        attrs.iter().filter(|attr| attr.name.text == "budget").flat_map(|attr| attr.args.iter().flatten());
    for Arg { label, value } in args {
        let (ExprKind::Int(number) | ExprKind::Duration(number) | ExprKind::Money(number)) = value.kind
        else {
            continue;
        };
        // A budget of nothing is told where it is written.
        let limit =
            u64::try_from(number).ok().filter(|number| *number > 0).map(|number| (number, value.span));
        match label.as_ref().map(|label| label.text.as_str()) {
            Some("turns") => budget.turns = limit,
            Some("time") => budget.time = limit,
            Some("cost") => budget.cost = limit,
            Some("tokens") => budget.tokens = limit,
            _ => {}
        }
    }
    budget
}

struct Builder<'a> {
    reader: Reader<'a>,
    /// As what it knows its processes.
    processes: Processes<'a>,
    /// The numbers of the stages by name.
    stages: FxHashMap<&'a str, usize>,
    spans: Vec<Span>,
    /// The sequence that is being built.
    steps: Vec<Step>,
    /// What the variables stand for.
    origins: Origins<'a>,
    /// How many concurrent loops stand around.
    loops: u32,
    /// Whether a variable may hold files that its type does not say.
    names_files: bool,
    /// What was waited for, each with its step.
    waits: Vec<(Vec<Piece>, u32)>,
    /// Whether the options of a call are walked.
    in_options: bool,
    /// Whether an endpoint is walked, which `return` answers.
    in_endpoint: bool,
}

impl<'a> Builder<'a> {
    fn sequence(&mut self, build: impl FnOnce(&mut Self)) -> Vec<Step> {
        let outer = std::mem::take(&mut self.steps);
        build(self);
        std::mem::replace(&mut self.steps, outer)
    }

    /// A sequence that may be walked again and again.
    fn again(&mut self, span: Span, build: impl FnOnce(&mut Self)) -> Vec<Step> {
        self.reader.repeats.push(span.start);
        let steps = self.sequence(build);
        self.reader.repeats.pop();
        steps
    }

    fn push(&mut self, span: Span, kind: StepKind) {
        let number = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        self.spans.push(span);
        self.steps.push(Step { number, kind });
    }

    fn block(&mut self, block: &'a Block) {
        let around = self.reader.narrowed.clone();
        block.stmts.iter().for_each(|stmt| self.stmt(stmt));
        self.reader.narrowed = around;
    }

    /// A sequence that is only walked where a condition holds, or where it does not.
    fn under(&mut self, condition: &Expr, holds: bool, build: impl FnOnce(&mut Self)) -> Vec<Step> {
        let around = self.reader.narrowed.clone();
        self.reader.narrow(condition, holds);
        let steps = self.sequence(build);
        self.reader.narrowed = around;
        steps
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Let { pattern, ty, value } => {
                // A written type may say less than that of the value.
                self.names_files |= ty.is_some();
                let before = self.steps.len();
                self.expr(value);
                self.processes.bind(pattern, value, false);
                if let Some(local) =
                    self.reader.body.binds.get(&pattern.id).filter(|id| settled(self.reader.body, **id))
                {
                    self.reader.lets.insert(*local, value);
                    let named = self.processes.naming(*local);
                    if self.processes.any() && name_spawned(self.steps.get_mut(before..), named) {
                        self.processes.name(*local, is_spawn(value));
                    }
                }
                self.bind(pattern, value);
            }
            StmtKind::Var { name, value, .. } => {
                self.expr(value);
                if let Some(local) = self.reader.body.binders.get(&name.span)
                    && self.names_files
                {
                    self.reader.assign_files(*local, value);
                }
            }
            StmtKind::Assign { target, value } | StmtKind::AddAssign { target, value } => {
                self.expr(target);
                self.expr(value);
                if let Some(Ref::Local(local)) = self.reader.body.refs.get(target.root().id)
                    && self.names_files
                {
                    self.reader.assign_files(*local, value);
                }
            }
            StmtKind::Expr(value) | StmtKind::Emit(value) => self.expr(value),
            StmtKind::Require { condition, message } => {
                self.expr(condition);
                self.expr(message);
                self.reader.narrow(condition, true);
            }
            StmtKind::Defer(block) => {
                let steps = self.sequence(|it| it.block(block));
                if !steps.is_empty() {
                    self.push(stmt.span, StepKind::Defer(steps));
                }
            }
            // An endpoint is called as often as somebody likes.
            StmtKind::Expose(expose) => {
                let outer = std::mem::replace(&mut self.in_endpoint, true);
                let body = self.again(stmt.span, |it| it.block(&expose.body));
                self.in_endpoint = outer;
                if !is_idle(&body) {
                    let size = Size::counted(format!("calls of {}", expose.name.text));
                    self.push(expose.name.span, StepKind::Endpoint { size, body });
                }
            }
            StmtKind::Stage(_) | StmtKind::Stub { .. } | StmtKind::Expect(_) | StmtKind::Error => {}
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Call { callee, args, .. } => self.call(expr, callee, args),
            ExprKind::With { base, settings } => self.with(base, settings),
            ExprKind::Binary {
                op: BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce, left, right, ..
            } => {
                self.expr(left);
                let right = self.sequence(|it| it.expr(right));
                self.choice(expr.span, vec![right, Vec::new()]);
            }
            ExprKind::If { condition, then, otherwise } => {
                self.expr(condition);
                let leaves = |block: &Block| match block.stmts.last().map(|last| &last.kind) {
                    Some(StmtKind::Expr(last)) => *self.reader.body.expr(last.id) == Ty::Never,
                    _ => false,
                };
                let is_left = leaves(then);
                let then = self.under(condition, true, |it| it.block(then));
                let otherwise = self.under(condition, false, |it| {
                    otherwise.iter().for_each(|otherwise| it.expr(otherwise));
                });
                self.choice(expr.span, vec![then, otherwise]);
                if is_left {
                    self.reader.narrow(condition, false);
                }
            }
            ExprKind::Match { scrutinee, arms } => {
                self.expr(scrutinee);
                let mut ways = Vec::with_capacity(arms.len());
                for arm in arms {
                    self.bind(&arm.pattern, scrutinee);
                    self.processes.bind(&arm.pattern, scrutinee, true);
                    ways.push(self.sequence(|it| {
                        arm.guard.iter().for_each(|guard| it.expr(guard));
                        it.expr(&arm.body);
                    }));
                }
                self.choice(expr.span, ways);
            }
            ExprKind::Loop { max, body, otherwise } => {
                max.iter().for_each(|max| self.expr(max));
                let body = self.again(expr.span, |it| it.block(body));
                let otherwise = otherwise.as_ref().map(|block| self.sequence(|it| it.block(block)));
                // One without a bound takes time, whatever it does.
                if max.is_none() || !is_idle(&body) || otherwise.as_ref().is_some_and(|steps| !is_idle(steps))
                {
                    let max = max.as_ref().map(|max| self.reader.fact(max));
                    self.push(expr.span, StepKind::Loop { max, body, otherwise });
                }
            }
            ExprKind::For { parallel, pattern, iterable, max, body } => {
                self.expr(iterable);
                max.iter().for_each(|max| self.expr(max));
                self.describe(pattern, iterable);
                if let Some(local) = self.reader.body.binds.get(&pattern.id)
                    && let Some(size) = self.reader.elements(iterable)
                {
                    self.reader.sizes.insert(*local, size);
                }
                self.reader.bind_numbers(pattern, iterable);
                let depth = self.loops;
                if *parallel {
                    self.origins.element(&self.reader, pattern, depth);
                    self.loops += 1;
                }
                let each = self.each(pattern, iterable);
                let body = self.again(expr.span, |it| it.block(body));
                self.loops = depth;
                if !is_idle(&body) || each.is_some() {
                    let size = self.reader.fact(iterable).size();
                    let max = max.as_ref().map(|max| self.reader.fact(max));
                    self.push(expr.span, StepKind::For { parallel: *parallel, size, max, body, each });
                }
            }
            ExprKind::Parallel(branches) => {
                let mut out = Vec::with_capacity(branches.len());
                for branch in branches {
                    out.push((branch.name.text.clone(), self.sequence(|it| it.expr(&branch.body))));
                }
                if out.iter().any(|(_, steps)| !steps.is_empty()) {
                    self.push(expr.span, StepKind::Parallel(out));
                }
            }
            ExprKind::Race(arms) => {
                let mut out = Vec::with_capacity(arms.len());
                for arm in arms {
                    let value = self.sequence(|it| it.expr(&arm.value));
                    self.bind(&arm.pattern, &arm.value);
                    out.push((value, self.sequence(|it| it.expr(&arm.body))));
                }
                self.push(expr.span, StepKind::Race(out));
            }
            ExprKind::Catch { body, handler, .. } => {
                let body = self.sequence(|it| it.expr(body));
                let handler = self.sequence(|it| it.block(handler));
                if !body.is_empty() || !handler.is_empty() {
                    self.push(expr.span, StepKind::Catch { body, handler });
                }
            }
            ExprKind::Block(block) => self.block(block),
            // Closures are pure.
            ExprKind::Closure { .. } => {}
            ExprKind::Unary { op: UnaryOp::Spawn, operand } => {
                let body = self.sequence(|it| it.expr(operand));
                if !body.is_empty() {
                    self.push(expr.span, StepKind::Spawn { process: None, body });
                }
            }
            ExprKind::Return(value) if self.in_endpoint => {
                value.iter().for_each(|value| self.expr(value));
                self.push(expr.span, StepKind::Continue);
            }
            ExprKind::Return(value) | ExprKind::Done(value) => {
                value.iter().for_each(|value| self.expr(value));
                self.push(expr.span, StepKind::Return);
            }
            ExprKind::Fail(why) | ExprKind::Blocked(why) => {
                self.expr(why);
                self.push(expr.span, StepKind::Stop);
            }
            ExprKind::Break(value) => {
                value.iter().for_each(|value| self.expr(value));
                self.push(expr.span, StepKind::Break);
            }
            ExprKind::Continue => self.push(expr.span, StepKind::Continue),
            ExprKind::Handoff { stage, args, .. } => {
                args.iter().for_each(|arg| self.expr(&arg.value));
                let to = self.stages.get(stage.text.as_str()).copied();
                self.push(expr.span, to.map_or(StepKind::Stop, StepKind::Handoff));
            }
            ExprKind::Upper(_) | ExprKind::Field { .. } if self.in_options => {
                match self.reader.body.refs.get(expr.id) {
                    Some(Ref::Item(key)) if is_secret(self.reader.db, key) => {
                        self.push(expr.span, StepKind::Secret(key.name.clone()));
                    }
                    _ => self.parts(expr),
                }
            }
            // How a process stands is looked up.
            ExprKind::Field { base, .. } => {
                self.expr(base);
                if let Some(Ref::Effect(name)) = self.reader.body.refs.get(expr.id) {
                    let effect =
                        Effect { name, args: Vec::new(), reads: Vec::new(), depends: Depends::default() };
                    self.push(expr.span, StepKind::Effect(Box::new(effect)));
                }
            }
            _ => self.parts(expr),
        }
    }

    /// Walks the parts of an expression that is nothing to us itself.
    fn parts(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Paren(inner)
            | ExprKind::Unary { operand: inner, .. }
            | ExprKind::Field { base: inner, .. }
            | ExprKind::Select { base: inner, .. } => self.expr(inner),
            ExprKind::Is { value, pattern } => {
                self.expr(value);
                self.bind(pattern, value);
                self.processes.bind(pattern, value, true);
            }
            ExprKind::Index { base, index } => {
                self.expr(base);
                self.expr(index);
            }
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.expr(key);
                self.expr(value);
            }),
            ExprKind::Str(template) => template.parts.iter().for_each(|part| {
                if let flow_grammar::tree::TemplatePart::Hole(hole) = part {
                    self.expr(hole);
                }
            }),
            _ => {}
        }
    }

    /// The processes that a loop goes over: themselves, or their events.
    fn each(&mut self, pattern: &Pattern, iterable: &Expr) -> Option<Box<Each>> {
        if !self.processes.any() || !self.processes.holds(self.reader.body.expr(iterable.id)) {
            return None;
        }
        let processes = self.processes.of_value(iterable);
        let is_events =
            matches!(self.reader.body.expr(iterable.id), Ty::List(of) if matches!(**of, Ty::Event(..)));
        self.processes.bind(pattern, iterable, true);
        let element = if is_events { None } else { self.processes.element(pattern) };
        (is_events || element.is_some()).then(|| Box::new(Each { element, processes }))
    }

    /// What a built-in effect does to the processes that it is handed.
    fn upon(&mut self, effect: &str, args: &[Arg]) {
        for Arg { value, .. } in args {
            let (known, kind): (Vec<Known>, fn(Known) -> StepKind) = match effect {
                "join" | "cancel" => (self.processes.all_of(value), StepKind::Ended),
                "restart" => (self.processes.any_of(value), StepKind::Restarted),
                "detach" => (self.processes.of_value(value), StepKind::Detached),
                _ => return,
            };
            known.into_iter().for_each(|known| self.push(value.span, kind(known)));
        }
    }

    /// The processes that a call hands over, by the places of its parameters.
    fn handed(&self, call: ExprId, args: &[Arg]) -> Vec<(usize, Known)> {
        if !self.processes.any() {
            return Vec::new();
        }
        let order = self.reader.body.args.get(&call);
        let place = |written: usize| match order {
            Some(order) => order.iter().position(|index| *index == Some(written)),
            None => Some(written),
        };
        let holds = |arg: &Arg| self.processes.holds(self.reader.body.expr(arg.value.id));
        let handed = args.iter().enumerate().filter(|(_, arg)| holds(arg));
        let places = handed.filter_map(|(index, arg)| Some((place(index)?, arg)));
        places
            .flat_map(|(place, arg)| {
                let known = self.processes.all_of(&arg.value);
                known.into_iter().map(move |known| (place, known))
            })
            .collect()
    }

    fn choice(&mut self, span: Span, ways: Vec<Vec<Step>>) {
        if ways.iter().any(|way| !way.is_empty()) {
            self.push(span, StepKind::Choice(ways));
        }
    }

    fn call(&mut self, expr: &'a Expr, callee: &'a Expr, args: &'a [Arg]) {
        if let ExprKind::Field { base, .. } = &callee.kind {
            self.expr(base);
        }
        args.iter().for_each(|arg| self.expr(&arg.value));
        match self.reader.body.refs.get(callee.id) {
            Some(Ref::Item(key)) => self.call_of(expr, key, args),
            Some(Ref::Effect(name)) => {
                let effect = Effect {
                    name,
                    args: self.given(expr.id, args),
                    reads: self.reads(args),
                    depends: self.depends(self.naming(expr.id, name, args)),
                };
                self.names_files |= matches!(*name, "write" | "glob" | "wait_for");
                if *name == "wait_for" {
                    let pattern = effect.args.first().and_then(Option::as_ref).map(Fact::pieces);
                    let pattern = pattern.unwrap_or_else(|| vec![Piece::Hole]);
                    self.waits.push((pattern, u32::try_from(self.spans.len()).unwrap_or(u32::MAX)));
                }
                self.push(expr.span, StepKind::Effect(Box::new(effect)));
                self.upon(name, args);
            }
            // A call of a session is a turn of its agent.
            _ => {
                if let Ty::Session(agent) = resolve_alias(self.reader.db, self.reader.body.expr(callee.id)) {
                    self.call_of(expr, &agent, args);
                }
            }
        }
    }

    fn call_of(&mut self, expr: &'a Expr, key: &ItemKey, args: &'a [Arg]) {
        let Some(known) = signature(self.reader.db, key.clone()) else { return };
        if known.kind == DefKind::Fn {
            return;
        }
        let call = Call {
            callee: key.clone(),
            kind: known.kind,
            args: self.given(expr.id, args),
            options: Vec::new(),
            depends: self.depends_of(expr.id, known.kind, args),
            reads: self.reads(args),
            handed: self.handed(expr.id, args),
        };
        self.push(expr.span, StepKind::Call(Box::new(call)));
    }

    fn with(&mut self, base: &'a Expr, settings: &'a [Setting]) {
        self.expr(base);
        let mut bare = base;
        while let ExprKind::Paren(inner) = &bare.kind {
            bare = inner;
        }
        let options = settings.iter().map(|it| (it.name.text.clone(), self.reader.fact(&it.value))).collect();
        if matches!(bare.kind, ExprKind::Call { .. })
            && let Some(Step { kind: StepKind::Call(call), .. }) = self.steps.last_mut()
        {
            call.options = options;
        }
        let outer = std::mem::replace(&mut self.in_options, true);
        settings.iter().for_each(|setting| self.expr(&setting.value));
        self.in_options = outer;
    }

    /// The arguments in the order of the parameters.
    fn given(&self, call: ExprId, args: &[Arg]) -> Vec<Option<Fact>> {
        let fact = |arg: &Arg| self.reader.fact(&arg.value);
        match self.reader.body.args.get(&call) {
            Some(order) => order.iter().map(|index| args.get((*index)?).map(fact)).collect(),
            None => args.iter().map(|arg| Some(fact(arg))).collect(),
        }
    }

    /// The arguments of a built-in effect that say which file it touches: what is written is not the name.
    fn naming(&self, call: ExprId, effect: &str, args: &'a [Arg]) -> &'a [Arg] {
        if !matches!(effect, "write" | "exists" | "glob") {
            return args;
        }
        let order = self.reader.body.args.get(&call);
        let path = order.and_then(|order| order.first().copied()).unwrap_or(Some(0));
        path.and_then(|path| args.get(path..=path)).unwrap_or(args)
    }

    /// The files that are handed over.
    fn reads(&self, args: &'a [Arg]) -> Vec<Read> {
        let mut out = Vec::new();
        for Arg { value, .. } in args {
            let files = self.reader.files(value);
            if !files.is_empty() {
                let depends = self.depends_on(value);
                out.extend(files.into_iter().map(|files| match files {
                    Files::Awaited(pattern) => {
                        let waited = self.waits.iter().rev().find(|(known, _)| *known == pattern);
                        let waited = waited.map(|(_, step)| *step);
                        Read { files: Files::Pattern(pattern), depends, waited }
                    }
                    files => Read { files, depends, waited: None },
                }));
            }
        }
        out
    }

    /// Notes what is known of what a pattern binds: how long lists are, which files it holds, and what it stands for.
    fn bind(&mut self, pattern: &Pattern, value: &'a Expr) {
        self.origins.bind(self.reader.body, pattern, value, self.loops);
        self.describe(pattern, value);
    }

    /// Notes how long the lists are in what a pattern binds, and which files it holds.
    fn describe(&mut self, pattern: &Pattern, value: &Expr) {
        self.reader.bind_sizes(pattern);
        if self.names_files {
            self.reader.bind_files(pattern, value);
        }
    }

    /// What tells a value of one round or call from that of another.
    fn depends_on(&self, value: &Expr) -> Depends {
        self.origins.depends(&self.reader, value)
    }

    fn depends(&self, args: &'a [Arg]) -> Depends {
        args.iter().fold(Depends::default(), |all, arg| all.and(self.depends_on(&arg.value)))
    }

    /// On what the arguments of a call depend, by the places of its parameters: an agent names its files itself.
    fn depends_of(&self, call: ExprId, kind: DefKind, args: &'a [Arg]) -> Vec<Depends> {
        if matches!(kind, DefKind::Human) || (self.loops == 0 && self.reader.params.is_empty()) {
            return Vec::new();
        }
        match self.reader.body.args.get(&call) {
            Some(order) => {
                let given = order.iter().map(|index| args.get((*index)?));
                given.map(|arg| arg.map(|arg| self.depends_on(&arg.value)).unwrap_or_default()).collect()
            }
            None => args.iter().map(|arg| self.depends_on(&arg.value)).collect(),
        }
    }
}

/// Whether nothing happens in these steps but the end of a round.
fn is_idle(steps: &[Step]) -> bool {
    steps.iter().all(|step| match &step.kind {
        StepKind::Break | StepKind::Continue => true,
        StepKind::Choice(ways) => ways.iter().all(|way| is_idle(way)),
        _ => false,
    })
}

/// Gives the processes that these steps spawn their name, where they have none. Whether there are any.
fn name_spawned(steps: Option<&mut [Step]>, named: Known) -> bool {
    let mut any = false;
    for step in steps.unwrap_or_default() {
        let mut inside = |steps: &mut Vec<Step>| any |= name_spawned(Some(steps), named);
        match &mut step.kind {
            StepKind::Spawn { process, .. } if process.is_none() => {
                *process = named;
                any = true;
            }
            StepKind::Choice(ways) => ways.iter_mut().for_each(inside),
            StepKind::Loop { body, otherwise, .. } => {
                inside(body);
                otherwise.iter_mut().for_each(inside);
            }
            StepKind::For { body, .. } => inside(body),
            StepKind::Parallel(branches) => branches.iter_mut().for_each(|(_, steps)| inside(steps)),
            StepKind::Race(arms) => arms.iter_mut().for_each(|(value, body)| {
                inside(value);
                inside(body);
            }),
            StepKind::Catch { body, handler } => {
                inside(body);
                inside(handler);
            }
            _ => {}
        }
    }
    any
}

fn is_spawn(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unary { op: UnaryOp::Spawn, .. } => true,
        ExprKind::Paren(inner) | ExprKind::With { base: inner, .. } => is_spawn(inner),
        _ => false,
    }
}
