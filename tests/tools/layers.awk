# layers.awk — checks that includes go down the layers only (make layers):
#   base <- runtime <- vm <- std      base <- grammar <- compiler      cli sees all
# The compiler also sees the data headers that the VM and the runtime share with it, and the text of std.
BEGIN {
    allow["base"] = "base"
    allow["runtime"] = "base runtime"
    allow["vm"] = "base runtime vm"
    allow["std"] = "base runtime vm std"
    allow["grammar"] = "base grammar"
    allow["compiler"] = "base grammar compiler"
    allow["cli"] = "base runtime vm std grammar compiler cli"
    n = split("vm/module.h vm/opcodes.h vm/opcodes.def runtime/type.h runtime/word.h runtime/kinds.def std/embed.h", names, " ")
    for (i = 1; i <= n; i++) data[names[i]] = 1
}
/^#[ ]*include[ ]+"/ {
    split($0, part, "\"")
    target = part[2]
    from = FILENAME; sub(/\/.*/, "", from)
    if (target !~ /\//) next # a generated header
    to = target; sub(/\/.*/, "", to)
    if (index(" " allow[from] " ", " " to " ")) next
    if (from == "compiler" && target in data) next
    printf "%s:%d: %s may not include %s\n", FILENAME, FNR, from, target
    bad++
}
END { exit bad > 0 }
