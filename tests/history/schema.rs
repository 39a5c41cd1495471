//! A frozen database for every schema there ever was: today's program must go on with each.

use std::fs;
use std::path::Path;

use super::Share;

#[test]
fn every_old_state_is_read_on() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history/states");
    let mut names: Vec<_> = fs::read_dir(&fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let steps =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/history/schema")).unwrap();
    assert_eq!(names.len(), steps.count(), "one frozen state for every schema");
    for name in names {
        let share = Share::new();
        fs::create_dir(share.path("state")).unwrap();
        for file in ["state.db", "secret"] {
            let (from, to) =
                (fixtures.join(&name).join(file), share.path(&format!("state/{file}")));
            share.write(&format!("state/{file}"), fs::read(from).unwrap());
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).unwrap();
            }
            let _ = to;
        }
        let read = share.call(&["history", "--state", "state", "--json"]);
        assert_eq!(read.code, 0, "{name}: looking is enough to bring it up to date: {}", read.err);
        share.write("in/a.txt", "03.02.24, 08:00 - Max: Hallo\n");
        let ran = share.scan(&[]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
        let history = share.call(&["history", "--state", "state", "--json"]);
        let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
        assert_eq!(
            history["runs"].as_array().unwrap().len(),
            3,
            "{name}: two frozen ones and ours"
        );
        assert_eq!(history["runs"][0]["new"], 2, "{name}: their numbers are read");
        let machines = history["machines"].as_array().unwrap();
        let imported = machines.iter().any(|it| it["host"] == "laptop" && it["open"] == 1);
        assert_eq!(imported, name != "1", "{name}: findings of other machines, since schema 2");
    }
}
