//! Timers for systemd and cron.

use super::Share;

#[test]
fn timers_name_whole_paths_and_refuse_odd_ones() {
    let share = Share::new();
    let place = share.folder.path().canonicalize().unwrap().display().to_string();
    let arguments =
        ["in", "with space", "--state", "state", "--report", "report", "--metrics", "m/s.prom"];
    let call = |kind: &str, more: &[&str]| {
        share.call(&[&["schedule", kind], &arguments[..], more].concat())
    };
    let unit = call("systemd", &[]);
    assert_eq!(unit.code, 0, "{}", unit.err);
    for part in [
        &format!("scan {place}/in \"{place}/with space\" --state {place}/state"),
        "--fail-on new --quiet --lang en\n",
        "# No PrivateTmp: the service would not see",
        "PrivateNetwork=true",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        &format!("ReadOnlyPaths={place}/in {place}/with\\x20space\n"),
        &format!("ReadWritePaths={place}/m {place}/report {place}/state\n"),
        "# /etc/systemd/system/sparsam.timer\n",
        "Persistent=true",
    ] {
        assert!(unit.out.contains(part), "no {part} in\n{}", unit.out);
    }
    let german = call("systemd", &["--lang", "de"]).out;
    for part in [
        "Description=Wöchentliche",
        "# 1: neue Hinweise",
        "--quiet --lang de\n",
        "# Kein PrivateTmp",
    ] {
        assert!(german.contains(part), "no {part} in\n{german}");
    }
    let elsewhere =
        ["schedule", "systemd", "/srv/in", "--state", "/var/lib/s", "--report", "/srv/report"];
    let elsewhere = share.call(&elsewhere).out;
    let is_private = elsewhere.contains("\nPrivateTmp=true\n");
    // The program that is tested may lie there itself.
    assert!(is_private || env!("CARGO_BIN_EXE_sparsam").starts_with("/tmp"), "{elsewhere}");
    let cron = call("cron", &[]).out;
    assert!(cron.starts_with("0 5 * * 1 /") && cron.lines().count() == 1, "{cron}");
    for odd in ["a%b", "a\"b", "a$(x)b", "a\nb"] {
        let refused = share.call(&["schedule", "cron", odd, "--state", "s", "--report", "r"]);
        assert_eq!(refused.code, 2, "{odd:?}: {}", refused.out);
    }
    assert_eq!(call("systemd", &["--user", "a b"]).code, 2);
}

/// `systemd-analyze` reads the unit as systemd would, and says how exposed the service is.
#[cfg(all(feature = "outside-tools", target_os = "linux"))]
#[test]
fn systemd_takes_the_units_and_finds_them_safe() {
    let share = Share::new();
    for folder in ["in", "state", "report"] {
        std::fs::create_dir(share.path(folder)).unwrap();
    }
    let unit = share
        .call(&[
            "schedule", "systemd", "/srv", "--state", "/srv", "--report", "/srv", "--user",
            "daemon",
        ])
        .out;
    let (service, timer) = unit.split_once("# /etc/systemd/system/sparsam.timer\n").unwrap();
    share.write("units/sparsam.service", service);
    share.write("units/sparsam.timer", timer);
    let analyze = |arguments: &[&str]| {
        let output = std::process::Command::new("systemd-analyze")
            .args(arguments)
            .args([share.path("units/sparsam.service")])
            .output()
            .expect("systemd-analyze is installed");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    };
    let (good, said) = analyze(&["verify", "--man=no"]);
    let about_us: Vec<&str> = said.lines().filter(|line| line.contains("sparsam")).collect();
    assert!(good && about_us.is_empty(), "{said}");
    let (good, said) = analyze(&["security", "--offline=true", "--threshold=20"]);
    assert!(good, "exposure above 2.0: {said}");
}
