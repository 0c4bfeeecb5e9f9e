# embed.awk — the text files named on the command line as one C table of EmbeddedFile (std/embed.h).
# -v table=NAME -v count=NAME choose the names of the table and of its length.
# Each line of text becomes one C string literal. '?' is escaped because -std=c11 knows trigraphs.
# Run with LC_ALL=C, so that bytes stay bytes.

function package_of(path) {
    sub(/^std\//, "", path)
    sub(/\/[^\/]*$/, "", path)
    return path
}

BEGIN {
    print "#include \"std/embed.h\""
}
FNR == 1 {
    n++
    paths[n] = FILENAME
    printf "%sstatic const char text_%d[] =\n", (n > 1 ? ";\n" : "\n"), n
    at[n] = n
}
{
    gsub(/\\/, "&&") # "\\\\" means different things to different awks
    gsub(/"/, "\\\"")
    gsub(/\?/, "\\?")
    gsub(/\t/, "\\t")
    gsub(/\r/, "\\r")
    printf "\"%s\\n\"\n", $0
}
END {
    if (n) print ";\n"
    # The command line is sorted by path, which is not the order of the packages (a/b.gol, a-c/d.gol).
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && key(at[j - 1]) > key(at[j]); j--) {
            t = at[j]; at[j] = at[j - 1]; at[j - 1] = t
        }
    print "extern const EmbeddedFile " table "[];\nextern const uint32_t " count ";"
    print "const EmbeddedFile " table "[] = {"
    for (i = 1; i <= n; i++) {
        k = at[i]
        printf "    {\"%s\", \"%s\", text_%d, sizeof text_%d - 1},\n", package_of(paths[k]), paths[k], k, k
    }
    print "    {NULL, NULL, NULL, 0},\n};"
    printf "const uint32_t %s = %d;\n", count, n
}
function key(i) {
    return package_of(paths[i]) "\001" paths[i]
}
