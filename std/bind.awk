# bind.awk — finds every top-level func without a body in the .gol files named on the command line and writes the
# table that binds it to its C function (std/bind.h). A declaration starts at the beginning of a line with "func ";
# it may go over several lines as long as a parenthesis is open. It has a body when a brace is left after
# the braces of `interface{...}` and `struct{...}` are taken away.

function package_of(path) {
    sub(/^std\//, "", path)
    sub(/\/[^\/]*$/, "", path)
    return path
}
function depth(s,    opens, closes) {
    opens = gsub(/\(/, "(", s)
    closes = gsub(/\)/, ")", s)
    return opens - closes
}
function declare(s, path,    pkg, name, recv, key, cname) {
    while (gsub(/(interface|struct)[ ]*\{[^{}]*\}/, "", s)) {}
    if (index(s, "{")) return
    pkg = package_of(path)
    sub(/^func[ ]+/, "", s)
    recv = ""
    if (substr(s, 1, 1) == "(") {
        recv = s
        sub(/\).*/, "", recv)
        sub(/\[.*/, "", recv)
        sub(/^\(/, "", recv)
        sub(/^.*[ *]/, "", recv)
        sub(/^[^)]*\)[ ]*/, "", s)
    }
    name = s
    sub(/[^A-Za-z0-9_].*/, "", name)
    key = pkg "." (recv != "" ? recv "." : "") name
    gsub(/[^A-Za-z0-9_]/, "_", pkg)
    cname = "std_" pkg "_" (recv != "" ? recv "_" : "") name
    keys[++n] = key
    cnames[key] = cname
}

/^func[ ]/ { text = ""; open = 1; file = FILENAME }
open {
    line = $0
    sub(/\/\/.*/, "", line)
    text = text " " line
    sub(/^ /, "", text)
    if (depth(text) <= 0) {
        open = 0
        declare(text, file)
    }
}
END {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && keys[j - 1] > keys[j]; j--) {
            t = keys[j]; keys[j] = keys[j - 1]; keys[j - 1] = t
        }
    print "#include \"std/bind.h\"\n"
    for (i = 1; i <= n; i++) printf "NativeStatus %s(NativeCall *call);\n", cnames[keys[i]]
    print "\nconst Binding bind_table[] = {"
    for (i = 1; i <= n; i++) printf "    {\"%s\", %s},\n", keys[i], cnames[keys[i]]
    print "    {NULL, NULL},\n};"
    printf "const uint32_t bind_count = %d;\n", n
}
