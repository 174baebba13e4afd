//! The small file beside a process that says how far it has come with its database, so that the next start finds out when
//! the database says less.
//!
//! In: the configuration. Out: a [`Marker`] on the disk, replaced whole and synced, at most once a second. With SQLite it
//! stands beside the database file (`facteur.db.generation`), because the two belong together: who moves one moves both.
//! With PostgreSQL it stands in a folder of this machine, one file for each process that runs at the same time: a process
//! takes the first whose lock is free, so a restart finds its own and ten workers need no names.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{config, db};

/// Processes on one machine with one database at most; more of them keep no marker.
const MOST: usize = 256;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The database: `sqlite`, or server and name.
    pub database: String,
    /// Its generation.
    pub generation: String,
    /// The random id of the process.
    pub process: String,
    /// How far it has come.
    pub counter: i64,
}

/// Where markers of a database stand.
#[derive(Clone, Debug)]
pub struct Home {
    /// The file, with SQLite; else the folder.
    place: Place,
    /// See [`Marker::database`].
    pub database: String,
}

#[derive(Clone, Debug)]
enum Place {
    Beside(PathBuf),
    In(PathBuf),
    /// No folder could be thought of.
    Nowhere,
}

/// A marker that is this process's own for as long as it lives.
#[derive(Debug)]
pub struct Own {
    path: PathBuf,
    /// With PostgreSQL; with SQLite the lock beside the database is enough.
    _lock: Option<File>,
}

/// What stands in a home.
#[derive(Debug, Default)]
pub struct Found {
    /// Ours from now on; `None` with the reason in `unwritable`.
    pub own: Option<Own>,
    /// What it said.
    pub before: Option<Marker>,
    /// Those of this generation that no running process has.
    pub others: Vec<Marker>,
    /// Markers of this database that tell of another generation.
    pub of_others: Vec<Marker>,
    /// Why none can be kept.
    pub unwritable: Option<String>,
}

impl Home {
    /// Of this configuration.
    pub fn of(database: &config::Database) -> Self {
        if let Some(path) = db::sqlite_path(&database.url) {
            return Self { place: Place::Beside(with(&path, ".generation")), database: "sqlite".to_owned() };
        }
        let place = folder(&database.state_dir).map_or(Place::Nowhere, Place::In);
        Self { place, database: label(&database.url) }
    }

    /// Where that is, for people.
    pub fn in_words(&self) -> String {
        match &self.place {
            Place::Beside(path) | Place::In(path) => path.display().to_string(),
            Place::Nowhere => "no folder".to_owned(),
        }
    }

    /// Looks at what is there, and takes a marker for this process. Blocks.
    pub fn open(&self, generation: Option<&str>) -> Found {
        match &self.place {
            Place::Nowhere => {
                Found { unwritable: Some("there is neither $STATE_DIRECTORY nor $HOME".to_owned()), ..Found::default() }
            }
            Place::Beside(path) => {
                let own = Some(Own { path: path.clone(), _lock: None });
                let mut found = Found { own, ..Found::default() };
                match read(path) {
                    Some(marker) if Some(marker.generation.as_str()) == generation => found.before = Some(marker),
                    Some(marker) => found.of_others.push(marker),
                    None => {}
                }
                found
            }
            Place::In(folder) => self.look_into(folder, generation),
        }
    }

    fn look_into(&self, folder: &Path, generation: Option<&str>) -> Found {
        let mut found = Found::default();
        if let Err(error) = fs::create_dir_all(folder) {
            found.unwritable = Some(error.to_string());
            return found;
        }
        let Some(generation) = generation else {
            found.of_others = self.all(folder);
            return found;
        };
        for number in 0..MOST {
            let path = folder.join(format!("facteur-{generation}-{number}"));
            if found.own.is_some() && !path.exists() {
                break;
            }
            match take(&with(&path, ".lock")) {
                // A running process has it, and looks after it.
                Ok(None) => {}
                Ok(Some(lock)) if found.own.is_none() => {
                    found.before = read(&path);
                    found.own = Some(Own { path, _lock: Some(lock) });
                }
                Ok(Some(_)) => found.others.extend(read(&path)),
                Err(error) => {
                    found.unwritable = Some(error.to_string());
                    found.others.extend(read(&path));
                    break;
                }
            }
        }
        found
    }

    /// Every marker of this database, whatever its generation.
    fn all(&self, folder: &Path) -> Vec<Marker> {
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let ours = files.filter(|file| file.file_name().to_string_lossy().starts_with("facteur-"));
        let markers = ours.filter_map(|file| read(&file.path()));
        markers.filter(|marker| marker.database == self.database).collect()
    }
}

impl Own {
    /// Replaces what it says, on the disk. Blocks for as long as a sync takes.
    pub fn write(&self, marker: &Marker) -> io::Result<()> {
        let fresh = with(&self.path, ".new");
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(marker)?)?;
        // The name need not be on the disk: after a power failure the one before is there, which asks for less.
        file.sync_data()?;
        fs::rename(&fresh, &self.path)
    }

    /// It tells of a generation that is over.
    pub fn remove(&self) {
        fs::remove_file(&self.path).ok();
    }
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A damaged one is none: then the database's place must do.
fn read(path: &Path) -> Option<Marker> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// `None` when another process has it.
fn take(lock: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// `[database] state_dir`, else what systemd gives, else where programs of a user keep what they know.
fn folder(wanted: &str) -> Option<PathBuf> {
    if !wanted.is_empty() {
        return Some(PathBuf::from(wanted));
    }
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(given) = of("STATE_DIRECTORY") {
        // Several are separated by colons (systemd.exec(5)).
        return std::env::split_paths(&given).next();
    }
    let state = of("XDG_STATE_HOME").map(PathBuf::from);
    let state = state.or_else(|| of("HOME").map(|home| Path::new(&home).join(".local/state")));
    state.map(|state| state.join("facteur"))
}

/// User, server, name and options, without a password. (Options: two instances may live in two schemas of one database.)
fn label(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else { return String::new() };
    let user = if url.username().is_empty() { String::new() } else { format!("{}@", url.username()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let options = url.query_pairs().filter(|(name, _)| name.starts_with("options") || name == "host");
    let options: Vec<String> = options.map(|(name, value)| format!(" {name}={value}")).collect();
    format!("{user}{}{port}{}{}", url.host_str().unwrap_or_default(), url.path(), options.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(folder: &Path) -> Home {
        Home { place: Place::In(folder.to_owned()), database: "db.example/letters".into() }
    }

    fn marker(process: &str, counter: i64) -> Marker {
        let (database, generation) = ("db.example/letters".into(), "G".into());
        Marker { database, generation, process: process.into(), counter }
    }

    #[test]
    fn two_processes_have_one_each_and_find_them_again() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(folder.path());
        let (one, two) = (home.open(Some("G")), home.open(Some("G")));
        one.own.as_ref().unwrap().write(&marker("one", 7)).unwrap();
        two.own.as_ref().unwrap().write(&marker("two", 9)).unwrap();
        assert!(home.open(Some("G")).others.is_empty(), "those that run look after themselves");
        drop((one, two));
        let alone = home.open(Some("G"));
        assert_eq!((alone.before, alone.others), (Some(marker("one", 7)), vec![marker("two", 9)]));
        assert!(home.open(Some("H")).before.is_none(), "another generation has its own");
        assert_eq!(home.open(None).of_others.len(), 2);
    }

    #[test]
    fn beside_a_file_it_is_known_by_its_generation() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let database = config::Database { url, ..config::Config::default().database };
        let home = Home::of(&database);
        let found = home.open(Some("G"));
        assert!(found.before.is_none() && found.of_others.is_empty());
        found.own.unwrap().write(&marker("one", 7)).unwrap();
        assert!(folder.path().join("a.db.generation").exists());
        assert_eq!(home.open(Some("G")).before, Some(marker("one", 7)));
        assert_eq!(home.open(Some("H")).of_others, [marker("one", 7)]);
        fs::write(folder.path().join("a.db.generation"), "half of i").unwrap();
        assert!(home.open(Some("G")).before.is_none(), "a damaged one says nothing");
    }

    #[test]
    fn a_folder_that_cannot_be_written_says_why() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let found = home(&folder.path().join("file")).open(Some("G"));
        assert!(found.own.is_none() && found.unwritable.is_some());
    }

    #[test]
    fn the_label_holds_no_password() {
        let url = "postgres://ana:sesame@db.example:5433/letters?sslmode=require&password=sesame";
        assert_eq!(label(url), "ana@db.example:5433/letters");
        let two = ["options=-c%20search_path%3Da", "options=-c%20search_path%3Db"];
        let two = two.map(|options| label(&format!("postgres://db.example/letters?{options}")));
        assert_ne!(two[0], two[1], "two instances in two schemas");
    }
}
