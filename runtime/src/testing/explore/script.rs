//! The answers of one run: those that are prescribed, then the first of all that are possible.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use flow_ir::{Double, Name, Type};

use super::super::answers::natural;
use super::values::Values;
use crate::boundary::Workspace;
use crate::interp::pure::Pure;
use crate::value::{Failure, Value};

/// With what words an explored call fails.
pub(super) const NO_ANSWER: &str = "no answer";

/// How late an answer is that nothing waits for, in milliseconds.
const SOON: i64 = 1000;

/// Who was asked for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Whoever starts the flow, for an input.
    Input(Name),
    /// What it calls.
    Call(Double),
}

/// What was answered.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A value.
    Value(Value),
    /// The value, when this many milliseconds have passed: later than what else could go on.
    Late(Value, i64),
    /// The call fails.
    Fails,
    /// The input is left out.
    Default,
}

/// An answer that was given, which of how many.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) asked: Asked,
    pub(super) answer: Answer,
    pub(super) choice: usize,
    pub(super) choices: usize,
}

/// The answers of one run.
pub(in crate::testing) struct Script<'s> {
    values: &'s Values<'s>,
    racers: &'s BTreeSet<Double>,
    prescribed: Vec<usize>,
    most: usize,
    given: RefCell<Vec<Given>>,
    cut: RefCell<Option<String>>,
    /// How often it was asked.
    asked: Cell<usize>,
}

/// An answer to a call.
pub(in crate::testing) struct Reply {
    /// What is answered.
    pub(in crate::testing) value: Value,
    /// If it comes when nothing else can go on: its number, by which to tell [`Script::took`].
    pub(in crate::testing) late: Option<usize>,
}

/// Why there is no answer.
pub(in crate::testing) enum Silent {
    /// The call fails.
    Fails(Failure),
    /// The run is not followed any further.
    Cut,
}

impl<'s> Script<'s> {
    pub(super) fn new(
        values: &'s Values<'s>,
        racers: &'s BTreeSet<Double>,
        prescribed: Vec<usize>,
        most: usize,
    ) -> Self {
        let (given, cut, asked) = (RefCell::default(), RefCell::default(), Cell::new(0));
        Self { values, racers, prescribed, most, given, cut, asked }
    }

    /// What was answered.
    pub(super) fn given(&self) -> Vec<Given> {
        self.given.take()
    }

    /// Why the run is not followed any further, if it is not.
    pub(super) fn cut(&self) -> Option<String> {
        self.cut.borrow().clone()
    }

    fn choose(&self) -> usize {
        let at = self.asked.replace(self.asked.get() + 1);
        self.prescribed.get(at).copied().unwrap_or(0)
    }

    /// An argument of the flow; `None` takes the default.
    ///
    /// # Errors
    /// In words, when no value could be made up.
    pub(super) fn input(
        &self,
        pure: &Pure,
        workspace: &Workspace,
        name: &Name,
        ty: &Type,
        has_default: bool,
    ) -> Result<Option<Value>, String> {
        let forms = self.values.of(ty, name);
        let choice = self.choose();
        let answer = match (has_default, choice) {
            (true, 0) => Answer::Default,
            _ => {
                let missing =
                    || format!("no value of `{ty}` could be made up for `{name}`: say one with `--input`");
                let form = forms.get(choice - usize::from(has_default)).ok_or_else(missing)?;
                Answer::Value(form.make(pure, workspace, ty)?)
            }
        };
        let value = match &answer {
            Answer::Value(value) => Some(value.clone()),
            _ => None,
        };
        let choices = forms.len() + usize::from(has_default);
        self.given.borrow_mut().push(Given { asked: Asked::Input(name.clone()), answer, choice, choices });
        Ok(value)
    }

    /// An argument that is not chosen.
    pub(super) fn fixed(&self, name: &Name, value: &Value) {
        self.choose();
        let (asked, answer) = (Asked::Input(name.clone()), Answer::Value(value.clone()));
        self.given.borrow_mut().push(Given { asked, answer, choice: 0, choices: 1 });
    }

    /// The next answer of a call.
    pub(in crate::testing) fn answer(
        &self,
        pure: &Pure,
        workspace: &Workspace,
        of: &Double,
        result: &Type,
    ) -> Result<Reply, Silent> {
        let mut given = self.given.borrow_mut();
        let calls = given.iter().filter(|given| matches!(given.asked, Asked::Call(_))).count();
        if calls >= self.most {
            return Err(self.give_up(format!("it asks for more than {} answers", self.most)));
        }
        let name = super::source::short(of.name());
        let forms = self.values.of(result, if matches!(of, Double::Effect(_)) { "text" } else { name });
        if forms.is_empty() {
            return Err(self.give_up(format!("no value of `{result}` could be made up for `{name}`")));
        }
        // Whoever looks at the environment is answered in any case.
        let answers = forms.len() + usize::from(can_fail(of));
        let choices = answers + usize::from(self.racers.contains(of));
        let choice = self.choose().min(choices - 1);
        let is_late = choice >= answers;
        let answer = match forms.get(if is_late { 0 } else { choice }) {
            Some(form) => match form.make(pure, workspace, result) {
                Ok(value) if is_late => Answer::Late(value, SOON),
                Ok(value) => Answer::Value(value),
                Err(why) => return Err(self.give_up(format!("the answer of `{name}` cannot be made: {why}"))),
            },
            None => Answer::Fails,
        };
        let out = match &answer {
            Answer::Value(value) => Ok(Reply { value: value.clone(), late: None }),
            Answer::Late(value, _) => Ok(Reply { value: value.clone(), late: Some(given.len()) }),
            _ => Err(Silent::Fails(Failure::new(natural(of), NO_ANSWER))),
        };
        given.push(Given { asked: Asked::Call(of.clone()), answer, choice, choices });
        out
    }

    /// A late answer was waited for this many milliseconds. A test lets it come in twice that time, so that it is late
    /// there as well.
    pub(in crate::testing) fn took(&self, number: usize, ms: i64) {
        if let Some(Given { answer: Answer::Late(_, after), .. }) = self.given.borrow_mut().get_mut(number) {
            *after = ms.saturating_mul(2).max(SOON);
        }
    }

    fn give_up(&self, why: String) -> Silent {
        self.cut.borrow_mut().get_or_insert(why);
        Silent::Cut
    }
}

fn can_fail(of: &Double) -> bool {
    !matches!(of, Double::Effect(_))
}
