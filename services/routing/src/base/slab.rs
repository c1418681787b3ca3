//! Records by number, in pieces: growing never moves what is there, so that no reader waits for a copy of a million records.

/// Records of one piece.
const PIECE: usize = 4_096;

/// Records by number, counted from 0. None is ever taken out.
#[derive(Debug)]
pub(super) struct Slab<T> {
    pieces: Vec<Vec<T>>,
}

impl<T> Slab<T> {
    pub(super) const fn new() -> Self {
        Self { pieces: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        let before_last = self.pieces.len().saturating_sub(1) * PIECE;
        before_last + self.pieces.last().map_or(0, Vec::len)
    }

    /// The number of what was added.
    pub(super) fn push(&mut self, record: T) -> usize {
        let number = self.len();
        match self.pieces.last_mut() {
            Some(last) if last.len() < PIECE => last.push(record),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(record);
                self.pieces.push(piece);
            }
        }
        number
    }

    pub(super) fn get(&self, number: usize) -> Option<&T> {
        self.pieces.get(number / PIECE)?.get(number % PIECE)
    }

    pub(super) fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.pieces.get_mut(number / PIECE)?.get_mut(number % PIECE)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// Bytes that it holds, apart from what its records point to.
    pub(super) fn bytes(&self) -> usize {
        self.pieces.capacity() * size_of::<Vec<T>>() + self.pieces.len() * PIECE * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_over_the_edge_of_a_piece() {
        let mut slab = Slab::new();
        for number in 0..2 * PIECE + 1 {
            assert_eq!(slab.push(number), number);
        }
        assert_eq!(slab.len(), 2 * PIECE + 1);
        assert!([0, PIECE - 1, PIECE, 2 * PIECE].into_iter().all(|number| slab.get(number) == Some(&number)));
        assert_eq!(slab.get(2 * PIECE + 1), None);
        *slab.get_mut(PIECE).unwrap() = 7;
        assert_eq!(slab.iter().nth(PIECE), Some(&7));
    }
}
