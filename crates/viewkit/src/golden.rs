//! What `lines` has published so far.

use std::path::PathBuf;

/// Type and payload of every golden file of `lines`, by type.
pub fn golden_events() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../services/lines/tests/golden");
    let mut events: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".golden.json")?.to_owned();
            name.starts_with("vigie.line.").then(|| (name, std::fs::read(path).unwrap()))
        })
        .collect();
    events.sort();
    events
}
