//! Which numbers of a kind are in use, as far as it is cheap to know: so that nothing is looked up on the shelf that
//! cannot be there.

/// Numbers above the floor that are remembered one by one: a bit each, 12 MB at most.
const SPAN: u64 = 100_000_000;

/// The numbers of one kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Used {
    /// The highest number ever given.
    highest: u64,
    /// Up to here anything may be on the shelf.
    floor: u64,
    /// A bit for each number above the floor that was put since.
    above: Vec<u64>,
}

impl Used {
    /// At the start: everything up to this number may exist.
    pub(crate) fn start_at(&mut self, highest: u64) {
        (self.highest, self.floor) = (highest, highest);
    }

    pub(crate) fn highest(&self) -> u64 {
        self.highest
    }

    /// The batch is lost, so nobody has seen the numbers given in it.
    pub(crate) fn back_to(&mut self, highest: u64) {
        self.highest = highest;
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.highest += 1;
        self.highest
    }

    pub(crate) fn given(&mut self, number: u64) {
        self.highest = self.highest.max(number);
    }

    /// Something is there under this number now.
    pub(crate) fn put(&mut self, number: u64) {
        self.given(number);
        let Some((word, bit)) = self.place(number) else { return };
        if word >= self.above.len() {
            self.above.resize(word + 1, 0);
        }
        self.above[word] |= bit;
    }

    /// Surely there is nothing under this number, and never was.
    pub(crate) fn is_free(&self, number: u64) -> bool {
        if number > self.highest {
            return true;
        }
        self.place(number).is_some_and(|(word, bit)| self.above.get(word).is_none_or(|bits| bits & bit == 0))
    }

    fn place(&self, number: u64) -> Option<(usize, u64)> {
        let above = number.checked_sub(self.floor + 1).filter(|above| *above < SPAN)?;
        Some((usize::try_from(above / 64).ok()?, 1 << (above % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::Used;

    #[test]
    fn only_what_was_put_or_was_there_before_may_exist() {
        let mut used = Used::default();
        used.start_at(10);
        assert!(!used.is_free(3) && used.is_free(11));
        used.put(13);
        assert!(!used.is_free(13) && used.is_free(12) && used.is_free(14));
        assert_eq!(used.next(), 14);
        assert!(used.is_free(14), "given, but nothing is there yet");
    }

    #[test]
    fn a_number_far_off_costs_no_memory() {
        let mut used = Used::default();
        used.put(u64::MAX);
        assert!(!used.is_free(u64::MAX) && used.is_free(1));
        assert!(used.above.is_empty());
    }
}
