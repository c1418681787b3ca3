//! A folder whose inhabitants die with the test.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal};

use crate::Error;

/// What the reaper does once its standard input ends, which happens when the test process drops the other end or
/// dies, even of SIGKILL: it kills every process that lives in the folder, then removes the folder. It looks until two
/// looks in a row found nobody, because a process may be between fork and exec at the first.
///
/// A process lives where its working directory is. That survives what pids and environments do not: grandchildren,
/// sessions of their own, and a server that overwrites its environment with its title.
const REAPER: &str = r#"
while read -r _; do :; done
quiet=0
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  found=$(find /proc/[0-9]* -maxdepth 1 -name cwd \( -lname "$1" -o -lname "$1/*" -o -lname "$1 (deleted)" \) 2>/dev/null)
  if [ -z "$found" ]; then
    quiet=$((quiet + 1)); [ "$quiet" -ge 2 ] && break
  else
    quiet=0
    for link in $found; do pid=${link#/proc/}; kill -KILL "${pid%/cwd}" 2>/dev/null; done
  fi
  sleep 0.02
done
rm -rf -- "$1"
"#;

/// A folder of its own under the system's temporary folder. Whoever works in it (its current directory is the folder or
/// below) is killed when the value is dropped or the test process ends in any way; then the folder is removed.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    reaper: Child,
}

impl Scratch {
    /// A new folder; `name` makes it recognisable while it lives.
    ///
    /// # Errors
    /// When the folder or its watchdog (`sh`, `find`) cannot be had.
    pub fn new(name: &str) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::failed("scratch folder", error);
        let path =
            tempfile::Builder::new().prefix(&format!("vigie-{name}-")).tempdir().map_err(failed)?.keep();
        let path = path.canonicalize().map_err(failed)?;
        // Servers that refuse to run as root must be able to reach their folder inside of this one.
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o711))
            .map_err(failed)?;
        let reaper = Command::new("sh")
            .args(["-c", REAPER, "vigie-reaper"])
            .arg(&path)
            .current_dir("/")
            // A group of its own: Ctrl-C and a runner that kills the test's group must not take the watchdog along.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        Ok(Self { path, reaper })
    }

    /// The folder, absolute, without symbolic links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new folder inside.
    ///
    /// # Errors
    /// As the file system says.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.path.join(name);
        std::fs::create_dir_all(&folder).map_err(|error| Error::failed("scratch folder", error))?;
        Ok(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.reaper.stdin.take());
        let _ = self.reaper.wait();
    }
}

/// The processes whose working directory is `folder` or below.
pub(crate) fn inhabitants(folder: &Path) -> Vec<u32> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    processes
        .flatten()
        .filter_map(|process| {
            let pid: u32 = process.file_name().to_str()?.parse().ok()?;
            let home = std::fs::read_link(process.path().join("cwd")).ok()?;
            home.starts_with(folder).then_some(pid)
        })
        .collect()
}

/// Sends `signal`; a process that is gone already is no error.
pub(crate) fn send_signal(pid: u32, signal: Signal) -> Result<(), Error> {
    let target = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let Some(target) = target else { return Err(Error::failed("signal", format!("{pid} is no process id"))) };
    match rustix::process::kill_process(target, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(Error::failed("signal", error)),
    }
}
