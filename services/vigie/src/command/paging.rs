//! Walking through the pages of a listing, up to a limit.

/// Rows a page: the contract's upper bound.
const PAGE_ROWS_MAX: u32 = 1000;

/// How far a listing has come.
#[derive(Debug)]
pub(super) struct Paging {
    /// Rows that may still come; `None` for all.
    left: Option<u32>,
    seen: usize,
    token: String,
    started: bool,
}

impl Paging {
    /// At most `limit` rows; 0 for all.
    pub(super) const fn new(limit: u32) -> Self {
        let left = if limit == 0 { None } else { Some(limit) };
        Self { left, seen: 0, token: String::new(), started: false }
    }

    /// Size and token of the next page to ask for, unless it is over.
    pub(super) fn next_page(&mut self) -> Option<(i32, String)> {
        let over = self.left == Some(0) || (self.started && self.token.is_empty());
        self.started = true;
        let size = self.left.unwrap_or(PAGE_ROWS_MAX).min(PAGE_ROWS_MAX);
        (!over).then(|| (i32::try_from(size).unwrap_or(i32::MAX), std::mem::take(&mut self.token)))
    }

    /// Takes a page's rows, cut to what may still come, and where the next begins.
    pub(super) fn took<T>(&mut self, rows: &mut Vec<T>, next_page_token: String) {
        if let Some(left) = &mut self.left {
            rows.truncate(*left as usize);
            *left -= rows.len() as u32;
        }
        self.seen += rows.len();
        self.token = next_page_token;
    }

    /// Rows so far.
    pub(super) const fn seen(&self) -> usize {
        self.seen
    }

    /// What to say when there is more than was shown.
    pub(super) fn remark(&self, what: &str) -> Option<String> {
        let more = !self.token.is_empty();
        more.then(|| format!("{} {what} shown; there are more: --limit N, or --limit 0 for all", self.seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks `pages` of a listing; gives the sizes asked for and the rows shown.
    fn walk(limit: u32, pages: &[usize]) -> (Vec<i32>, usize, Option<String>) {
        let mut paging = Paging::new(limit);
        let mut sizes = Vec::new();
        while let Some((size, token)) = paging.next_page() {
            let index: usize = if token.is_empty() { 0 } else { token.parse().unwrap() };
            sizes.push(size);
            let mut rows = vec![(); pages[index].min(size as usize)];
            let next = index + 1;
            paging.took(&mut rows, if next < pages.len() { next.to_string() } else { String::new() });
        }
        (sizes, paging.seen(), paging.remark("lines"))
    }

    #[test]
    fn a_limit_stops_in_the_middle_and_says_that_there_is_more() {
        let (sizes, seen, remark) = walk(1500, &[1000, 1000, 7]);
        assert_eq!((sizes, seen), (vec![1000, 500], 1500));
        assert!(remark.unwrap().starts_with("1500 lines shown; there are more"));
    }

    #[test]
    fn no_limit_walks_to_the_end() {
        assert_eq!(walk(0, &[1000, 1000, 7]), (vec![1000; 3], 2007, None));
        assert_eq!(walk(100, &[7]), (vec![100], 7, None));
        assert_eq!(walk(100, &[0]), (vec![100], 0, None));
    }
}
