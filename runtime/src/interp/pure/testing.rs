//! What only tests make: files of their workspace, results of programs, failures.

use std::rc::Rc;

use flow_ir::{Name, Node, TestOp, Type};

use super::{Frame, Pure};
use crate::boundary::workspace::Handover;
use crate::boundary::{Decoder, Extra};
use crate::interp::stop::{Out, Stop};
use crate::value::failure::kind;
use crate::value::{Exec, Failure, Value};

impl Pure {
    #[inline(never)]
    pub(super) fn made(&self, op: &TestOp, frame: &mut Frame) -> Out {
        match op {
            TestOp::File { path, text, ty } => {
                let (path, text) = (self.text(path, frame)?, self.text(text, frame)?);
                self.file(&path, &text, ty)
            }
            TestOp::Exec { exit, stdout, stderr } => {
                let Value::Int(exit) = self.eval(exit, frame)? else {
                    return Err(Stop::invalid("an exit code is no number"));
                };
                let mut text = |node: &Node| self.text(node, frame).map(Rc::from);
                let (stdout, stderr) = (text(stdout)?, text(stderr)?);
                Ok(Value::Exec(Rc::new(Exec { exit, stdout, stderr })))
            }
            TestOp::NewFailure { kind, message } => {
                let kind = Name::from(self.text(kind, frame)?);
                let message = self.text(message, frame)?;
                Ok(Value::Failure(Rc::new(Failure { kind, message, step: String::new(), cause: None })))
            }
            TestOp::After { delay, answer } => {
                let Value::Duration(delay) = self.eval(delay, frame)? else {
                    return Err(Stop::invalid("a delay is no duration"));
                };
                self.delay.set(self.delay.get().saturating_add(delay.max(0)));
                self.eval(answer, frame)
            }
            TestOp::Stub { .. } | TestOp::Expect(_) | TestOp::Calls(_) | TestOp::Failure(_) => {
                Err(Stop::invalid("a test's statement stands in a pure place"))
            }
        }
    }

    fn file(&self, path: &str, text: &str, ty: &Type) -> Out {
        let Some(workspace) = &self.scratch else {
            return Err(Stop::invalid("a file is made outside of a test"));
        };
        let broken = |why: String| Stop::fail(Failure::new(kind::FILE_ERROR, why));
        let file = workspace.write(path, text).map_err(|error| broken(error.to_string()))?;
        let files = Handover { workspace, before: None };
        let decoder = Decoder { pure: self, files: &files, extra: Extra::Refuse };
        decoder.decode(&serde_json::Value::String(file.path.to_string()), ty).map_err(|error| {
            let why = error.to_string();
            let why = why.strip_prefix("$: ").unwrap_or(&why);
            self.misfit.replace(Some(why.to_owned()));
            broken(format!("`{path}` cannot be made: {why}"))
        })
    }
}
