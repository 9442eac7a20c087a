//! Control flow without effects: blocks, branches, loops, assignments.

use std::rc::Rc;

use flow_ir::{Arm, At, BinaryOp, Node, Op, Pattern, Slot, Step, Type};

use super::{Frame, Pure, broken, ops, pattern};
use crate::boundary::check::check_along;
use crate::interp::stop::{Out, Stop};
use crate::value::failure::kind;
use crate::value::{Failure, Record, Value};

/// One computed step of the way into a variable's value.
#[derive(Debug)]
pub(crate) enum Way<'a> {
    Index(Value),
    Field(&'a flow_ir::Name),
}

impl Pure {
    #[inline(never)]
    pub(super) fn control(&self, node: &Node, frame: &mut Frame) -> Out {
        match &node.op {
            Op::Block(nodes) => self.block(nodes, frame),
            Op::Let { pattern, value } => {
                let value = self.eval(value, frame)?;
                pattern::bind(pattern, &value, frame).map(|()| Value::None)
            }
            Op::Set { slot, path, ty, value } => self.set(*slot, path, ty.as_ref(), value, frame),
            Op::If { condition, then, otherwise } => {
                if self.truth(condition, frame)? {
                    self.reach(then);
                    self.eval(then, frame)
                } else {
                    self.reach(otherwise.as_deref().unwrap_or(condition));
                    otherwise.as_ref().map_or(Ok(Value::None), |node| self.eval(node, frame))
                }
            }
            Op::Match { value, arms } => self.choose(value, arms, frame),
            Op::Loop { max, body, otherwise, .. } => {
                self.repeat(node.at, max.as_deref(), body, otherwise.as_deref(), frame)
            }
            Op::For { pattern, list, body, .. } => self.each(node.at, pattern, list, body, frame),
            Op::Parallel { branches, .. } => {
                let mut fields = std::collections::BTreeMap::new();
                for (name, branch) in branches {
                    fields.insert(name.clone(), self.eval(branch, frame)?);
                }
                Ok(Value::Record(Rc::new(Record { ty: None, fields })))
            }
            // Without effects, the first arm is there at once.
            Op::Race { arms, .. } => match arms.first() {
                Some(arm) => {
                    let value = self.eval(&arm.value, frame)?;
                    pattern::bind(&arm.pattern, &value, frame)?;
                    self.reach(&arm.body);
                    self.eval(&arm.body, frame)
                }
                None => Err(Stop::invalid("a race without arms")),
            },
            Op::Catch { body, binder, handler } => self.catch(body, *binder, handler, frame),
            Op::Require { condition, message } => {
                if self.truth(condition, frame)? {
                    return Ok(Value::None);
                }
                let message = self.text(message, frame)?;
                Err(Stop::fail(Failure::new(kind::REQUIRE_FAILED, message)))
            }
            Op::Return(value) => Err(Box::new(Stop::Return(self.optional(value.as_deref(), frame)?))),
            Op::Break(value) => Err(Box::new(Stop::Break(self.optional(value.as_deref(), frame)?))),
            Op::Continue => Err(Box::new(Stop::Continue)),
            Op::Fail(reason) => match self.eval(reason, frame)? {
                // A failure fails again as it is.
                Value::Failure(failure) => Err(Stop::fail((*failure).clone())),
                reason => Err(Stop::fail(Failure::new(kind::FAILED, crate::value::render::text(&reason)))),
            },
            Op::Handoff { stage, args } => {
                self.reach(node);
                let mut values = Vec::with_capacity(args.len());
                for arg in args {
                    values.push(match arg {
                        Some(node) => Some(self.eval(node, frame)?),
                        None => None,
                    });
                }
                Err(Box::new(Stop::Handoff(stage.clone(), values)))
            }
            _ => Err(Stop::invalid("an expression stands where a statement is needed")),
        }
    }

    fn optional(&self, node: Option<&Node>, frame: &mut Frame) -> Out {
        node.map_or(Ok(Value::None), |node| self.eval(node, frame))
    }

    /// The text of an expression that says why.
    pub(crate) fn text(&self, node: &Node, frame: &mut Frame) -> Result<String, Box<Stop>> {
        self.eval(node, frame).map(|value| crate::value::render::text(&value))
    }

    #[inline(never)]
    fn block(&self, nodes: &[Node], frame: &mut Frame) -> Out {
        let mut last = Value::None;
        for node in nodes {
            last = self.eval(node, frame)?;
        }
        Ok(last)
    }

    #[inline(never)]
    fn choose(&self, value: &Node, arms: &[Arm], frame: &mut Frame) -> Out {
        let value = self.eval(value, frame)?;
        for arm in arms {
            if pattern::matches(&arm.pattern, &value, frame)?
                && arm.guard.as_ref().map_or(Ok(true), |guard| self.truth(guard, frame))?
            {
                self.reach(&arm.body);
                return self.eval(&arm.body, frame);
            }
        }
        Err(Stop::invalid("no arm of a `match` matches"))
    }

    #[inline(never)]
    fn catch(&self, body: &Node, binder: Option<Slot>, handler: &Node, frame: &mut Frame) -> Out {
        let ready = frame.ready_count();
        let failure = match self.eval(body, frame) {
            Ok(value) => return Ok(value),
            Err(stop) => match *stop {
                Stop::Fail(fault) => fault.failure,
                other => return Err(Box::new(other)),
            },
        };
        frame.drop_ready(ready);
        if let Some(slot) = binder {
            frame.set(slot, Value::Failure(failure))?;
        }
        self.reach(handler);
        self.eval(handler, frame)
    }

    #[inline(never)]
    fn repeat(
        &self,
        at: At,
        max: Option<&Node>,
        body: &Node,
        otherwise: Option<&Node>,
        frame: &mut Frame,
    ) -> Out {
        let max = self.limit(max, frame)?;
        let mut round = 0;
        while max.is_none_or(|max| round < max) {
            round += 1;
            self.round(at)?;
            match self.eval(body, frame) {
                Ok(_) => {}
                Err(stop) => match *stop {
                    Stop::Break(value) => return Ok(value),
                    Stop::Continue => {}
                    other => return Err(Box::new(other)),
                },
            }
        }
        match otherwise {
            Some(node) => {
                self.reach(node);
                self.eval(node, frame)
            }
            None => Err(exhausted(round)),
        }
    }

    /// The value of a bound.
    fn limit(&self, max: Option<&Node>, frame: &mut Frame) -> Result<Option<i64>, Box<Stop>> {
        max.map(|node| bound(&self.eval(node, frame)?, "a loop", 0)).transpose()
    }

    #[inline(never)]
    fn each(&self, at: At, pattern: &Pattern, list: &Node, body: &Node, frame: &mut Frame) -> Out {
        let list = elements(self.eval(list, frame)?)?;
        let mut values = Vec::with_capacity(list.len());
        for item in list.iter() {
            self.round(at)?;
            pattern::bind(pattern, item, frame)?;
            match self.eval(body, frame) {
                Ok(value) => values.push(value),
                Err(stop) => match *stop {
                    Stop::Continue => {}
                    Stop::Break(_) => break,
                    other => return Err(Box::new(other)),
                },
            }
        }
        Ok(Value::list(values))
    }

    #[inline(never)]
    fn set(&self, slot: Slot, path: &[Step], ty: Option<&Type>, value: &Node, frame: &mut Frame) -> Out {
        let mut way = Vec::with_capacity(path.len());
        for step in path {
            way.push(match step {
                Step::Index(node) => Way::Index(self.eval(node, frame)?),
                Step::Field(name) => Way::Field(name),
            });
        }
        // `xs += [x]`: the list is taken out of its variable, so that it grows in place.
        if let (true, Op::Binary { op: BinaryOp::Add, left, right }) = (way.is_empty(), &value.op)
            && matches!(left.op, Op::Local(local) if local == slot)
            && frame.ready_count() == 0
        {
            let right = self.eval(right, frame)?;
            self.weigh(BinaryOp::Add, &Value::None, &right, value.at)?;
            let place = frame.slot(slot)?;
            if let (Value::List(old), Value::List(more)) = (&*place, &right) {
                ops::list_fits(old.len() + more.len())?;
                let list = std::mem::replace(place, Value::None);
                *place = ops::add(list, right)?;
            } else {
                *place = ops::add(place.clone(), right)?;
            }
            return Ok(Value::None);
        }
        let value = self.eval(value, frame)?;
        let Some(ty) = ty else { return assign(frame.slot(slot)?, &way, value).map(|()| Value::None) };
        let mut changed = frame.get(slot)?;
        assign(&mut changed, &way, value)?;
        check_along(self, &changed, ty, &way).map_err(|error| broken(ty, &error))?;
        frame.set(slot, changed).map(|()| Value::None)
    }
}

/// Puts a value at the end of a way.
pub(crate) fn assign(place: &mut Value, way: &[Way<'_>], value: Value) -> Result<(), Box<Stop>> {
    let Some((step, rest)) = way.split_first() else {
        *place = value;
        return Ok(());
    };
    match (step, place) {
        (Way::Index(Value::Int(index)), Value::List(items)) => {
            let length = items.len();
            let at = usize::try_from(*index).ok().filter(|at| *at < length);
            match at {
                Some(at) => assign(&mut Rc::make_mut(items)[at], rest, value),
                None => Err(ops::out_of_range(*index, length)),
            }
        }
        (Way::Index(key), Value::Map(entries)) if rest.is_empty() => {
            Rc::make_mut(entries).insert(key.clone(), value);
            Ok(())
        }
        (Way::Index(key), Value::Map(entries)) => match Rc::make_mut(entries).get_mut(key) {
            Some(inner) => assign(inner, rest, value),
            None => Err(Stop::fail(Failure::new(
                kind::KEY_NOT_FOUND,
                format!("the map has no key `{}`", crate::boundary::encode::key_text(key)),
            ))),
        },
        (Way::Field(name), Value::Record(record)) => match Rc::make_mut(record).fields.get_mut(*name) {
            Some(inner) => assign(inner, rest, value),
            None => Err(Stop::invalid(format!("a record has no field `{name}`"))),
        },
        (_, other) => Err(Stop::invalid(format!("{} has no parts that can be assigned", other.describe()))),
    }
}

/// The elements to go through.
pub(crate) fn elements(list: Value) -> Result<Rc<Vec<Value>>, Box<Stop>> {
    match list {
        Value::List(items) => Ok(items),
        other => Err(Stop::invalid(format!("{} stands where a list is needed", other.describe()))),
    }
}

/// The number that `max` of something is, which is at least so much.
pub(crate) fn bound(value: &Value, of: &str, least: i64) -> Result<i64, Box<Stop>> {
    match value {
        Value::Int(bound) if *bound >= least => Ok(*bound),
        Value::Int(bound) => {
            let text = format!("the `max` of {of} is at least {least}, not {bound}");
            Err(Stop::fail(Failure::new(kind::BAD_ARGUMENT, text)))
        }
        other => Err(Stop::invalid(format!("{} stands where a bound is needed", other.describe()))),
    }
}

/// The failure of a loop that reached its bound.
pub(crate) fn exhausted(rounds: i64) -> Box<Stop> {
    let times = if rounds == 1 { "1 round".to_owned() } else { format!("{rounds} rounds") };
    Stop::fail(Failure::new(kind::LOOP_EXHAUSTED, format!("the loop did not end within {times}")))
}
