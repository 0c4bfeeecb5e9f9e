// The commands of the extension: gol runs or checks the open file in a task, so that its reports become problems.
'use strict'
const { execFile } = require('child_process')
const vscode = require('vscode')

const MATCHERS = ['$gol', '$gol-finding', '$gol-trace']

// What gol is called with. A definition is what a task of tasks.json says, too.
function argumentsOf(definition, file, settings) {
  const flags = definition.flags || []
  const always = definition.command === 'run' ? settings.get('flags', []) : []
  return [definition.command, ...always, ...flags, definition.file || file]
}

function makeTask(definition, file, scope) {
  const settings = vscode.workspace.getConfiguration('gol')
  const args = argumentsOf(definition, file, settings)
  const process = new vscode.ProcessExecution(settings.get('path', 'gol'), args, { env: { NO_COLOR: '1' } })
  const task = new vscode.Task(definition, scope, `gol ${definition.command}`, 'gol', process, MATCHERS)
  task.presentationOptions = { clear: true, focus: definition.command === 'run', reveal: vscode.TaskRevealKind.Always }
  return task
}

// The file in the editor, saved; undefined if there is none on disk.
async function openFile() {
  const editor = vscode.window.activeTextEditor
  if (!editor || editor.document.isUntitled) {
    vscode.window.showErrorMessage('gol: open a file first, and save it under a name')
    return undefined
  }
  await editor.document.save()
  return editor.document.fileName
}

async function perform(definition) {
  const file = await openFile()
  if (file) return vscode.tasks.executeTask(makeTask({ type: 'gol', ...definition }, file, vscode.TaskScope.Workspace))
}

// The whole text as `gol fmt` writes it; no edits where the text has mistakes (gol check tells them).
function format(document) {
  const program = vscode.workspace.getConfiguration('gol').get('path', 'gol')
  const text = document.getText()
  return new Promise((resolve) => {
    const child = execFile(program, ['fmt', '-'], { maxBuffer: 64 << 20 }, (error, formed) => {
      if (error || formed === text) return resolve([])
      const whole = new vscode.Range(document.positionAt(0), document.positionAt(text.length))
      resolve([vscode.TextEdit.replace(whole, formed)])
    })
    child.stdin.on('error', () => {}) // the program is not there, or ended before it had read all
    child.stdin.end(text)
  })
}

function openPrompt() {
  const path = vscode.workspace.getConfiguration('gol').get('path', 'gol')
  vscode.window.createTerminal({ name: 'gol', shellPath: path, shellArgs: ['repl'] }).show()
}

function activate(context) {
  const commands = {
    'gol.run': { command: 'run' },
    'gol.check': { command: 'check' },
    'gol.search': { command: 'run', flags: ['-runs=200'] }
  }
  for (const [name, definition] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, () => perform(definition)))
  }
  context.subscriptions.push(
    vscode.commands.registerCommand('gol.prompt', openPrompt),
    vscode.languages.registerDocumentFormattingEditProvider('gol', { provideDocumentFormattingEdits: format }),
    vscode.tasks.registerTaskProvider('gol', {
      provideTasks: () => ['run', 'check', 'test'].map((command) =>
        makeTask({ type: 'gol', command }, command === 'test' ? '.' : '${file}', vscode.TaskScope.Workspace)),
      resolveTask: (task) => makeTask(task.definition, '${file}', task.scope || vscode.TaskScope.Workspace)
    })
  )
}

module.exports = { activate, argumentsOf }
