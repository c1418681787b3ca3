# Sourced by scripts/install-test-parts: a Kafka client, a CloudEvents library and public holidays that are not ours.
# VIGIE_TEST_PYTHON names an interpreter that has them, which is left alone.

python_requirements=scripts/test-parts/python-requirements.txt
python_home=target/tools/python

has_python() {
    [ -n "${VIGIE_TEST_PYTHON:-}" ] || cmp -s "$python_requirements" "$python_home/python-requirements.txt"
}

# Prints the packages that are missing to make a virtual environment.
missing_for_python() {
    has_python || python3 -c 'import venv, ensurepip' 2>/dev/null || echo python3 python3-venv
}

# Makes the virtual environment, unless it holds what the file asks for.
install_python() {
    ! has_python || return 0
    echo "making a Python environment with confluent-kafka, cloudevents and holidays"
    rm -rf "$python_home"
    { python3 -m venv "$python_home" &&
        "$python_home/bin/pip" install --quiet --disable-pip-version-check --no-deps \
            --requirement "$python_requirements"; } || {
        echo "Python's packages could not be installed: see above, or set VIGIE_TEST_PYTHON to an interpreter that has them" >&2
        return 1
    }
    # Last, so that an install cut short is done again.
    cp "$python_requirements" "$python_home/"
}
