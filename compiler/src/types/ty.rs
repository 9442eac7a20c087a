//! Types as the checker knows them.

use crate::diagnostics::ItemKey;
use smol_str::SmolStr;
use std::ops::Deref;
use std::sync::Arc;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// The type of what could not be typed; already reported, fits everything.
    Error,
    /// The type of an expression that control never leaves; fits everything.
    Never,
    /// `none`
    None,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `string`
    String,
    /// `duration`
    Duration,
    /// `time`
    Time,
    /// `money`
    Money,
    /// `json`
    Json,
    /// `dir`
    Dir,
    /// `file`, `file("glob")`
    File(Option<SmolStr>),
    /// `output`, `output("glob")`; fits `file`
    Output(Option<SmolStr>),
    /// `[T]`
    List(Arc<Ty>),
    /// `{K: V}`
    Map(Arc<Ty>, Arc<Ty>),
    /// `T?`; never of another option
    Option(Arc<Ty>),
    /// A declared type with its arguments.
    Named(ItemKey, TyArgs),
    /// An anonymous record, its fields sorted by name.
    Record(Arc<[(SmolStr, Ty)]>),
    /// A type parameter of the item around it.
    Param(SmolStr),
    /// `Failure`
    Failure,
    /// `Exec`
    Exec,
    /// `Process<T, E>`
    Process(Arc<Ty>, Arc<Ty>),
    /// `Process<work>`: a process of that flow, command, agent or human, with its type arguments; fits the `Process<T, E>` of
    /// what it yields and emits
    ProcessOf(ItemKey, TyArgs),
    /// `Session<F>`: a conversation with an agent
    Session(ItemKey),
    /// `Event<T, E>`
    Event(Arc<Ty>, Arc<Ty>),
    /// The value of a secret: fits only settings that may carry one.
    Secret,
    /// A type still to be found, while a body is checked; never outside of it.
    Infer(u32),
}

/// Type arguments. Mostly there are none, which takes no memory and no counting of references; and as there are tables of
/// types, this is as small as can be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TyArgs(Option<Arc<Vec<Ty>>>);

impl Deref for TyArgs {
    type Target = [Ty];

    fn deref(&self) -> &[Ty] {
        self.0.as_ref().map_or(&[], |args| args.as_slice())
    }
}

impl From<Vec<Ty>> for TyArgs {
    fn from(args: Vec<Ty>) -> Self {
        Self(if args.is_empty() { None } else { Some(Arc::new(args)) })
    }
}

impl From<&[Ty]> for TyArgs {
    fn from(args: &[Ty]) -> Self {
        args.to_vec().into()
    }
}

impl FromIterator<Ty> for TyArgs {
    fn from_iter<I: IntoIterator<Item = Ty>>(args: I) -> Self {
        args.into_iter().collect::<Vec<_>>().into()
    }
}

impl Ty {
    /// Whether its values end with the flow that began them: processes and sessions.
    pub const fn is_owned(&self) -> bool {
        matches!(self, Self::Process(..) | Self::ProcessOf(..) | Self::Session(_))
    }
}
