" A gol program, by its name or by its first line.
autocmd BufNewFile,BufRead *.gol setfiletype gol
autocmd BufRead * if !did_filetype() && getline(1) =~# '^#!.*\<gol\>' | setfiletype gol | endif
