//! The local variables of a call.

use flow_ir::{Node, Slot};

use crate::interp::stop::{Out, Stop};
use crate::interp::tree::address;
use crate::value::Value;

/// Local variables, by slot.
#[derive(Debug, Default)]
pub struct Frame {
    slots: Vec<Value>,
    /// Operands that were computed ahead, with the address of their expression: how values of expressions with effects
    /// reach the pure expression around them.
    ready: Vec<(usize, Value)>,
}

/// How many locals a frame may have: more than any program, and not so many that a tampered one takes all memory.
const MOST: usize = 1 << 20;

impl Frame {
    /// A frame whose locals are all `none`.
    pub fn new(locals: usize) -> Self {
        Self { slots: vec![Value::None; locals.min(MOST)], ready: Vec::new() }
    }

    /// The value of a local.
    pub(crate) fn get(&self, slot: Slot) -> Out {
        match self.slots.get(slot as usize) {
            Some(value) => Ok(value.clone()),
            None => Err(Stop::invalid(format!("there is no local {slot}"))),
        }
    }

    /// The place of a local.
    pub(super) fn slot(&mut self, slot: Slot) -> Result<&mut Value, Box<Stop>> {
        let index = slot as usize;
        if index >= MOST {
            return Err(Stop::invalid(format!("there is no local {slot}")));
        }
        if index >= self.slots.len() {
            self.slots.resize(index + 1, Value::None);
        }
        Ok(&mut self.slots[index])
    }

    /// Sets a local.
    ///
    /// # Errors
    /// When no frame has so many.
    pub fn set(&mut self, slot: Slot, value: Value) -> Result<(), Box<Stop>> {
        *self.slot(slot)? = value;
        Ok(())
    }

    /// A frame with the same locals for a branch that runs at the same time.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { slots: self.slots.clone(), ready: Vec::new() }
    }

    /// Takes over the values of some locals from another frame of the same call.
    pub fn refresh(&mut self, slots: &[Slot], from: &Self) {
        for slot in slots {
            let index = *slot as usize;
            if let (Some(mine), Some(theirs)) = (self.slots.get_mut(index), from.slots.get(index)) {
                mine.clone_from(theirs);
            }
        }
    }

    /// Keeps the value of an operand until the expression around it is computed.
    pub fn make_ready(&mut self, node: &Node, value: Value) {
        self.ready.push((address(node), value));
    }

    /// How many operands are ready.
    pub fn ready_count(&self) -> usize {
        self.ready.len()
    }

    /// Drops the operands that were made ready after there were `count`.
    pub fn drop_ready(&mut self, count: usize) {
        self.ready.truncate(count);
    }

    pub(super) fn take_ready(&mut self, node: &Node) -> Option<Value> {
        if self.ready.is_empty() {
            return None;
        }
        let address = address(node);
        let place = self.ready.iter().rposition(|(known, _)| *known == address)?;
        Some(self.ready.remove(place).1)
    }
}
