//! Evaluation in place: bodies of `fn`, closures, templates, and every expression without effects.
//!
//! - [`frame`] holds local variables,
//! - [`ops`] are the operators on values,
//! - [`pattern`] is matching,
//! - `control` is blocks, branches and loops,
//! - `deep` walks values that lie in one another,
//! - [`pulse`] counts what is computed, and ends it when somebody wants that,
//! - `testing` is what only tests make,
//! - [`methods`] are those of the built-in types.

pub(crate) mod control;
mod deep;
pub mod frame;
pub mod methods;
pub mod ops;
pub mod pattern;
pub mod pulse;
mod testing;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use flow_ir::{At, BinaryOp, Frame as Signature, Name, Node, Op, Part, Program, Refinement, Type, TypeBody};

use super::stop::{Out, Stop};
use crate::boundary::Mismatches;
use crate::boundary::Workspace;
use crate::boundary::check::{Refined, check};
use crate::boundary::decode::variant;
use crate::value::failure::kind;
use crate::value::{Failure, Record, Value, render};

pub use frame::Frame;
use pulse::Pulse;

/// How deep evaluation may nest. Each level takes some hundred bytes of stack in an optimised build and a few thousand
/// in others; see [`STACK`].
pub const DEEPEST: u32 = 60_000;

/// The stack that a thread needs for evaluation to reach [`DEEPEST`], in bytes.
pub const STACK: usize = 512 * 1024 * 1024;

/// How many elements a list may have.
pub const LONGEST_LIST: usize = 16_000_000;

/// How long text may be, in bytes.
pub const LONGEST_TEXT: usize = 256 * 1024 * 1024;

/// An evaluator of one program.
#[derive(Debug)]
pub struct Pure {
    program: Rc<Program>,
    refined: Refined,
    consts: RefCell<HashMap<Name, Value>>,
    patterns: RefCell<HashMap<Rc<str>, Rc<regex_lite::Regex>>>,
    deepest: u32,
    pulse: Pulse,
    /// How deep evaluation is nested, predicates that are evaluated in the midst of it included.
    depth: Cell<u32>,
    /// The types whose predicates are being evaluated: what one of them makes of its own type, as to compare with it, is not
    /// held to it again.
    judged: RefCell<Vec<Name>>,
    /// Where tests make files.
    scratch: Option<Workspace>,
    /// Why a file that a test made last is not of its type.
    misfit: RefCell<Option<String>>,
    /// How long the answers take that were computed since somebody last asked, in milliseconds.
    delay: Cell<i64>,
    /// How often expressions were reached, by their address, if somebody wants to know.
    reached: Option<RefCell<HashMap<usize, u32>>>,
}

/// A method's argument.
#[derive(Debug)]
pub enum Arg<'a> {
    /// A value.
    Value(Value),
    /// A closure, which runs in the frame around it.
    Closure(&'a [flow_ir::Slot], &'a Node),
}

impl Pure {
    /// An evaluator of a verified program, on a thread with a stack of [`STACK`].
    pub fn new(program: Rc<Program>) -> Self {
        Self::with_depth(program, DEEPEST)
    }

    /// An evaluator that nests less deeply, for threads with less stack.
    pub fn with_depth(program: Rc<Program>, deepest: u32) -> Self {
        let refined = Refined::of(&program);
        Self {
            program,
            refined,
            consts: RefCell::default(),
            patterns: RefCell::default(),
            deepest,
            pulse: Pulse::default(),
            depth: Cell::new(0),
            judged: RefCell::default(),
            scratch: None,
            misfit: RefCell::default(),
            delay: Cell::new(0),
            reached: None,
        }
    }

    /// The same for a test, which makes files in this workspace.
    #[must_use]
    pub fn in_scratch(mut self, workspace: Workspace) -> Self {
        self.scratch = Some(workspace);
        self
    }

    /// The same, taking note of what is reached.
    #[must_use]
    pub fn covering(mut self) -> Self {
        self.reached = Some(RefCell::default());
        self
    }

    /// Why a file that was made since somebody last asked is not of its type.
    pub(crate) fn take_misfit(&self) -> Option<String> {
        self.misfit.take()
    }

    /// How long the answers take that were computed since somebody last asked, in milliseconds.
    pub(crate) fn take_delay(&self) -> i64 {
        self.delay.take()
    }

    /// Takes note that one of several ways was taken.
    pub(crate) fn reach(&self, node: &Node) {
        if let Some(reached) = &self.reached {
            let mut reached = reached.borrow_mut();
            let times = reached.entry(crate::interp::tree::address(node)).or_insert(0);
            *times = times.saturating_add(1);
        }
    }

    /// The addresses of what was reached, and how often it was.
    pub(crate) fn reached(&self) -> HashMap<usize, u32> {
        self.reached.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// The program.
    pub fn program(&self) -> &Rc<Program> {
        &self.program
    }

    /// Which types demand something of their values besides their shape.
    pub fn refined(&self) -> &Refined {
        &self.refined
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// A failure, or control that leaves the expression.
    pub fn eval(&self, node: &Node, frame: &mut Frame) -> Out {
        if let Some(value) = frame.take_ready(node) {
            return Ok(value);
        }
        let depth = self.depth.get();
        if depth >= self.deepest {
            let text = "the evaluation nests too deeply: does a function call itself without end?";
            return Err(Stop::fail(Failure::new(kind::TOO_DEEP, text)).at(node.at));
        }
        self.depth.set(depth + 1);
        let out = self.dispatch(node, frame);
        self.depth.set(depth);
        match out {
            Err(stop) => Err(stop.at(node.at)),
            value => value,
        }
    }

    /// Kept free of anything but calls, because it is what nests.
    #[inline(never)]
    fn dispatch(&self, node: &Node, frame: &mut Frame) -> Out {
        match &node.op {
            Op::None => Ok(Value::None),
            Op::Bool(value) => Ok(Value::Bool(*value)),
            Op::Int(value) => Ok(Value::Int(*value)),
            Op::Float(value) => ops::finite(*value),
            Op::String(text) => Ok(Value::string(text.as_str())),
            Op::Duration(ms) => Ok(Value::Duration(*ms)),
            Op::Money(micros) => Ok(Value::Money(*micros)),
            Op::Secret(name) => Ok(Value::Secret(name.as_str().into())),
            Op::Local(slot) => frame.get(*slot),
            Op::Const(name) => self.constant(name),
            Op::Template(parts) => self.template(parts, frame).map(Value::string),
            Op::List(items) => self.list(items, frame),
            Op::Map(entries) => self.map(entries, frame),
            Op::Record { ty, fields } => self.record(ty.as_ref(), fields, frame),
            Op::Variant { ty, variant, fields } => self.variant(ty, variant, fields, frame),
            Op::Field { base, name, optional } => match self.eval(base, frame)? {
                Value::None if *optional => Ok(Value::None),
                base => ops::field(&base, name),
            },
            Op::Index { base, index } => {
                let base = self.eval(base, frame)?;
                ops::index(&base, &self.eval(index, frame)?)
            }
            Op::Neg(value) => ops::negate(&self.eval(value, frame)?),
            Op::Not(value) => Ok(Value::Bool(!self.truth(value, frame)?)),
            Op::Binary { op, left, right } => self.binary(*op, left, right, frame),
            Op::ToFloat(value) => ops::to_float(&self.eval(value, frame)?),
            Op::Hold { value, ty } => self.held(self.eval(value, frame)?, ty),
            Op::Is { value, pattern } => {
                let value = self.eval(value, frame)?;
                pattern::matches(pattern, &value, frame).map(Value::Bool)
            }
            Op::Method { method, receiver, args, optional } => {
                self.method(method, receiver, args, *optional, frame)
            }
            Op::CallFn { name, args } => self.call_node(name, args, frame),
            Op::Closure { .. } => Err(Stop::invalid("a closure stands where a value is needed")),
            Op::Test(op) => self.made(op, frame),
            // What is handed to an agent is the tool's name; the tool itself runs nowhere yet.
            Op::Process(flow_ir::ProcessOp::FlowTool(name)) => Ok(Value::string(name.as_str())),
            Op::Call { .. }
            | Op::Effect { .. }
            | Op::Emit { .. }
            | Op::Defer { .. }
            | Op::Blocked { .. }
            | Op::Process(_) => Err(Stop::invalid("an effect stands in a pure place")),
            Op::Block(_)
            | Op::Let { .. }
            | Op::Set { .. }
            | Op::If { .. }
            | Op::Match { .. }
            | Op::Loop { .. }
            | Op::For { .. }
            | Op::Parallel { .. }
            | Op::Race { .. }
            | Op::Catch { .. }
            | Op::Require { .. }
            | Op::Return(_)
            | Op::Break(_)
            | Op::Continue
            | Op::Fail(_)
            | Op::Handoff { .. } => self.control(node, frame),
        }
    }

    /// A truth value.
    pub(super) fn truth(&self, node: &Node, frame: &mut Frame) -> Result<bool, Box<Stop>> {
        ops::truth(&self.eval(node, frame)?)
    }

    #[inline(never)]
    fn list(&self, items: &[Node], frame: &mut Frame) -> Out {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.eval(item, frame)?);
        }
        Ok(Value::list(values))
    }

    #[inline(never)]
    fn map(&self, entries: &[(Node, Node)], frame: &mut Frame) -> Out {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let key = self.eval(key, frame)?;
            map.insert(key, self.eval(value, frame)?);
        }
        Ok(Value::map(map))
    }

    fn fields(
        &self,
        fields: &BTreeMap<Name, Node>,
        frame: &mut Frame,
    ) -> Result<BTreeMap<Name, Value>, Box<Stop>> {
        let mut values = BTreeMap::new();
        for (name, node) in fields {
            values.insert(name.clone(), self.eval(node, frame)?);
        }
        Ok(values)
    }

    #[inline(never)]
    fn record(&self, ty: Option<&Name>, fields: &BTreeMap<Name, Node>, frame: &mut Frame) -> Out {
        let fields = self.fields(fields, frame)?;
        let made = Value::Record(Rc::new(Record { ty: ty.cloned(), fields }));
        match ty {
            Some(ty) => self.held(made, &Type::Named(ty.clone())),
            None => Ok(made),
        }
    }

    /// A value that becomes one of a type, whose predicates it has to satisfy.
    fn held(&self, value: Value, ty: &Type) -> Out {
        if matches!(ty, Type::Named(name) if self.judged.borrow().contains(name)) {
            return Ok(value);
        }
        check(self, value, ty).map_err(|error| broken(ty, &error))
    }

    #[inline(never)]
    fn variant(&self, ty: &Name, name: &Name, fields: &BTreeMap<Name, Node>, frame: &mut Frame) -> Out {
        let (variants, plain) = match self.program.types.get(ty).map(|def| &def.body) {
            Some(TypeBody::Enum(variants)) => (variants, true),
            Some(TypeBody::Union(variants)) => (variants, false),
            _ => return Err(Stop::invalid(format!("`{ty}` has no variants"))),
        };
        let Some(index) = variants.iter().position(|variant| variant.name == *name) else {
            return Err(Stop::invalid(format!("`{ty}` has no variant `{name}`")));
        };
        let fields = self.fields(fields, frame)?;
        self.held(variant(ty, &variants[index], index, plain, fields), &Type::Named(ty.clone()))
    }

    #[inline(never)]
    fn binary(&self, op: BinaryOp, left: &Node, right: &Node, frame: &mut Frame) -> Out {
        match op {
            BinaryOp::Coalesce => match self.eval(left, frame)? {
                Value::None => self.eval(right, frame),
                value => Ok(value),
            },
            BinaryOp::And => Ok(Value::Bool(self.truth(left, frame)? && self.truth(right, frame)?)),
            BinaryOp::Or => Ok(Value::Bool(self.truth(left, frame)? || self.truth(right, frame)?)),
            // `x in a..b` builds no list.
            BinaryOp::In
                if frame.ready_count() == 0
                    && let Op::Binary { op: BinaryOp::Range, left: from, right: to } = &right.op =>
            {
                let value = self.eval(left, frame)?;
                let (from, to) = (self.eval(from, frame)?, self.eval(to, frame)?);
                Ok(Value::Bool(from <= value && value <= to))
            }
            _ => {
                let at = left.at;
                let left = self.eval(left, frame)?;
                let right = self.eval(right, frame)?;
                self.weigh(op, &left, &right, at)?;
                match op {
                    BinaryOp::Eq => self.alike(&left, &right, at).map(Value::Bool),
                    BinaryOp::Ne => self.alike(&left, &right, at).map(|equal| Value::Bool(!equal)),
                    _ => ops::binary(op, left, right),
                }
            }
        }
    }

    /// Counts the work of an operator on what may be long.
    fn weigh(&self, op: BinaryOp, left: &Value, right: &Value, at: At) -> Result<(), Box<Stop>> {
        match (left, right) {
            (Value::Int(from), Value::Int(to)) if op == BinaryOp::Range => {
                let length = usize::try_from(to.saturating_sub(*from)).unwrap_or(0);
                if length <= LONGEST_LIST { self.walk(length, at) } else { Ok(()) }
            }
            (Value::List(left), Value::List(right)) => self.walk(left.len() + right.len(), at),
            (_, Value::List(items)) => self.walk(items.len(), at),
            (Value::String(left), Value::String(right)) => self.copy(left.len() + right.len(), at),
            _ => Ok(()),
        }
    }

    /// A template's text.
    ///
    /// # Errors
    /// As [`eval`](Self::eval).
    pub fn template(&self, parts: &[Part], frame: &mut Frame) -> Result<String, Box<Stop>> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(piece) => text.push_str(piece),
                Part::Value(node) => {
                    let before = text.len();
                    let value = self.eval(node, frame)?;
                    self.survey(&value, node.at)?;
                    render::push(&mut text, &value);
                    self.copy(text.len() - before, node.at)?;
                }
            }
        }
        ops::text_fits(text.len())?;
        Ok(text)
    }

    fn constant(&self, name: &Name) -> Out {
        if let Some(value) = self.consts.borrow().get(name) {
            return Ok(value.clone());
        }
        let Some(def) = self.program.consts.get(name) else {
            return Err(Stop::invalid(format!("there is no constant `{name}`")));
        };
        let mut frame = Frame::new(def.locals.len());
        let value = self.eval(&def.value, &mut frame)?;
        let value = check(self, value, &def.ty).map_err(|error| {
            Stop::fail(Failure::new(kind::CONTRACT, format!("the constant `{name}`: {error}")))
        })?;
        self.consts.borrow_mut().insert(name.clone(), value.clone());
        Ok(value)
    }

    #[inline(never)]
    fn call_node(&self, name: &Name, args: &[Option<Node>], frame: &mut Frame) -> Out {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(match arg {
                Some(node) => Some(self.eval(node, frame)?),
                None => None,
            });
        }
        self.call(name, values)
    }

    /// Calls an `fn`.
    fn call(&self, name: &Name, args: Vec<Option<Value>>) -> Out {
        let Some(function) = self.program.fns.get(name) else {
            return Err(Stop::invalid(format!("there is no function `{name}`")));
        };
        self.round(function.frame.at)?;
        let mut frame = self.enter(name, &function.frame, args)?;
        let value = match self.eval(&function.body, &mut frame) {
            Err(stop) => match *stop {
                Stop::Return(value) => value,
                other => return Err(Box::new(other)),
            },
            Ok(value) => value,
        };
        check(self, value, &function.frame.result).map_err(|error| {
            Stop::fail(Failure::new(kind::CONTRACT, format!("the result of `{name}`: {error}")))
        })
    }

    /// A frame for a call: arguments checked against the parameters' types and put into their slots, defaults filled in.
    ///
    /// # Errors
    /// A failure when an argument is not what its parameter demands, or a default fails.
    pub fn enter(
        &self,
        name: &Name,
        signature: &Signature,
        args: Vec<Option<Value>>,
    ) -> Result<Frame, Box<Stop>> {
        let mut frame = Frame::new(signature.locals.len());
        self.bind(name, &signature.params, args, &mut frame)?;
        Ok(frame)
    }

    /// Puts arguments into the slots of parameters.
    ///
    /// # Errors
    /// As [`enter`](Self::enter).
    pub fn bind(
        &self,
        name: &Name,
        params: &[flow_ir::Param],
        args: Vec<Option<Value>>,
        frame: &mut Frame,
    ) -> Result<(), Box<Stop>> {
        let mut args = args.into_iter();
        for param in params {
            let value = match (args.next().flatten(), &param.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(default, frame)?,
                (None, None) => {
                    return Err(Stop::invalid(format!("`{name}` is called without `{}`", param.name)));
                }
            };
            let value = check(self, value, &param.ty).map_err(|error| {
                let text = format!("the argument `{}` of `{name}`: {error}", param.name);
                Stop::fail(Failure::new(kind::CONTRACT, text))
            })?;
            frame.set(param.slot, value)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn method(
        &self,
        method: &Name,
        receiver: &Node,
        args: &[Node],
        optional: bool,
        frame: &mut Frame,
    ) -> Out {
        let value = self.eval(receiver, frame)?;
        if optional && value.is_none() {
            return Ok(Value::None);
        }
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            given.push(match &arg.op {
                Op::Closure { params, body } => Arg::Closure(params, body),
                _ => Arg::Value(self.eval(arg, frame)?),
            });
        }
        methods::weigh(self, method, &value, receiver.at)?;
        methods::call(self, method, value, given, frame)
    }

    /// The value of an expression that uses nothing around it: a default.
    ///
    /// # Errors
    /// The failure that it ends with.
    pub fn standalone(&self, node: &Node) -> Result<Value, Failure> {
        self.undisturbed(|| self.eval(node, &mut Frame::new(0))).map_err(|stop| failure_of(*stop))
    }

    /// Whether a value satisfies a refinement.
    ///
    /// # Errors
    /// The failure that the predicate ends with.
    pub fn satisfies(&self, refinement: &Refinement, value: &Value) -> Result<bool, Failure> {
        let mut frame = Frame::new(refinement.locals as usize);
        frame.set(0, value.clone()).map_err(|stop| failure_of(*stop))?;
        let truth = self.undisturbed(|| self.truth(&refinement.predicate, &mut frame));
        truth.map_err(|stop| failure_of(*stop))
    }

    /// What is said of a value of a declared type while its predicate is evaluated.
    pub(crate) fn judging<T>(&self, ty: &Name, judge: impl FnOnce() -> T) -> T {
        self.judged.borrow_mut().push(ty.clone());
        let said = judge();
        self.judged.borrow_mut().pop();
        said
    }

    /// A regular expression, compiled once.
    pub(super) fn regex(&self, pattern: &Rc<str>) -> Result<Rc<regex_lite::Regex>, Failure> {
        const KEPT: usize = 256;
        if let Some(regex) = self.patterns.borrow().get(pattern) {
            return Ok(Rc::clone(regex));
        }
        let regex = regex_lite::Regex::new(pattern).map_err(|error| {
            Failure::new(kind::BAD_ARGUMENT, format!("`{pattern}` is no regular expression: {error}"))
        })?;
        let regex = Rc::new(regex);
        let mut patterns = self.patterns.borrow_mut();
        if patterns.len() >= KEPT {
            patterns.clear();
        }
        patterns.insert(Rc::clone(pattern), Rc::clone(&regex));
        Ok(regex)
    }
}

/// The failure of a value that does not satisfy the predicates of a type.
fn broken(ty: &Type, error: &Mismatches) -> Box<Stop> {
    Stop::fail(Failure::new(kind::CONTRACT, format!("this `{ty}`: {error}")))
}

/// The failure behind a stop, where nothing else can stop a pure expression.
fn failure_of(stop: Stop) -> Failure {
    match stop {
        Stop::Fail(fault) => (*fault.failure).clone(),
        _ => Failure::invalid("control leaves an expression that stands alone"),
    }
}

#[cfg(test)]
mod tests;
