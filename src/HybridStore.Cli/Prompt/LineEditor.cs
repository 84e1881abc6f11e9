namespace HybridStore.Cli.Prompt;

/// <summary>An editor of statements: keys go in, a text with a cursor comes out. It knows no terminal.</summary>
/// <param name="history">Earlier inputs, the oldest first.</param>
/// <param name="isComplete">Whether Enter submits a text, or begins a new line.</param>
/// <param name="complete">The completions at a text's cursor.</param>
internal sealed class LineEditor(IReadOnlyList<string> history, Func<string, bool> isComplete, Func<string, int, Completion> complete)
{
    private readonly LineBuffer _buffer = new();
    private int _historyIndex = history.Count;
    private string _draft = "";
    private string? _searched;
    private int _foundIndex;

    /// <summary>What stands there.</summary>
    internal string Text => _buffer.Text;

    /// <summary>An index into <see cref="Text"/>.</summary>
    internal int Cursor => _buffer.Cursor;

    /// <summary>What to show below the text until the next key.</summary>
    internal IReadOnlyList<string> Candidates { get; private set; } = [];

    /// <summary>What is searched for in the history; null when nothing is.</summary>
    internal string? SearchedText => _searched;

    /// <summary>Whether the search found something.</summary>
    internal bool IsFound => _searched is { } text && history.Count > 0 && _foundIndex >= 0 && _foundIndex < history.Count && Contains(_foundIndex, text);

    internal EditorOutcome Apply(EditorKey key)
    {
        Candidates = [];
        if (_searched is not null && ApplyToSearch(key)) return EditorOutcome.Editing;
        switch (key.Kind)
        {
            case EditorKeyKind.Text or EditorKeyKind.Paste: _buffer.Insert(key.Text); break;
            case EditorKeyKind.Enter: return Enter();
            case EditorKeyKind.NewLine: _buffer.Insert("\n"); break;
            case EditorKeyKind.Complete: Complete(); break;
            case EditorKeyKind.Cancel: return EditorOutcome.Cancelled;
            case EditorKeyKind.EndOrDelete:
                if (_buffer.IsEmpty) return EditorOutcome.Ended;
                _buffer.Delete();
                break;
            case EditorKeyKind.Search: (_searched, _foundIndex, _draft) = ("", history.Count, _buffer.Text); break;
            case EditorKeyKind.Up: Up(); break;
            case EditorKeyKind.Down: Down(); break;
            case EditorKeyKind.ClearScreen: return EditorOutcome.ScreenCleared;
            default: Edit(key.Kind); break;
        }

        return EditorOutcome.Editing;
    }

    private void Edit(EditorKeyKind kind)
    {
        switch (kind)
        {
            case EditorKeyKind.Left: _buffer.Left(); break;
            case EditorKeyKind.Right: _buffer.Right(); break;
            case EditorKeyKind.WordLeft: _buffer.WordLeft(); break;
            case EditorKeyKind.WordRight: _buffer.WordRight(); break;
            case EditorKeyKind.LineStart: _buffer.ToLineStart(); break;
            case EditorKeyKind.LineEnd: _buffer.ToLineEnd(); break;
            case EditorKeyKind.Backspace: _buffer.Backspace(); break;
            case EditorKeyKind.Delete: _buffer.Delete(); break;
            case EditorKeyKind.KillWordLeft: _buffer.KillWordLeft(); break;
            case EditorKeyKind.KillWordRight: _buffer.KillWordRight(); break;
            case EditorKeyKind.KillToStart: _buffer.KillToLineStart(); break;
            case EditorKeyKind.KillToEnd: _buffer.KillToLineEnd(); break;
            case EditorKeyKind.Yank: _buffer.Yank(); break;
        }
    }

    private EditorOutcome Enter()
    {
        if (isComplete(_buffer.Text)) return EditorOutcome.Submitted;
        _buffer.Insert("\n");
        return EditorOutcome.Editing;
    }

    private void Complete()
    {
        var completion = complete(_buffer.Text, _buffer.Cursor);
        if (completion.Candidates.Count == 0) return;
        if (completion.Candidates is [var only])
        {
            // A call's bracket stays open, and what is behind the cursor already is not doubled.
            _buffer.ReplaceFrom(completion.Start, only.EndsWith('(') || only.EndsWith('\'') ? only : only + " ");
            return;
        }

        var shared = completion.SharedPrefix();
        if (shared.Length > _buffer.Cursor - completion.Start) _buffer.ReplaceFrom(completion.Start, shared);
        else Candidates = completion.Candidates;
    }

    private void Up()
    {
        if (!_buffer.IsOnFirstLine) _buffer.LineUp();
        else if (_historyIndex > 0)
        {
            if (_historyIndex == history.Count) _draft = _buffer.Text;
            _buffer.Set(history[--_historyIndex]);
        }
    }

    private void Down()
    {
        if (!_buffer.IsOnLastLine) _buffer.LineDown();
        else if (_historyIndex < history.Count) _buffer.Set(++_historyIndex == history.Count ? _draft : history[_historyIndex]);
    }

    /// <returns>Whether the key was the search's; otherwise the search is over, and the key goes on to the text.</returns>
    private bool ApplyToSearch(EditorKey key)
    {
        switch (key.Kind)
        {
            case EditorKeyKind.Text or EditorKeyKind.Paste:
                Find(_searched + key.Text, Math.Min(_foundIndex, history.Count - 1));
                return true;
            case EditorKeyKind.Search:
                Find(_searched!, _foundIndex - 1);
                return true;
            case EditorKeyKind.Backspace:
                Find(_searched!.Length > 0 ? _searched[..^1] : "", history.Count - 1);
                return true;
            case EditorKeyKind.Abort or EditorKeyKind.Cancel:
                _searched = null;
                _buffer.Set(_draft);
                return true;
            default:
                _searched = null;
                return false;
        }
    }

    private void Find(string text, int from)
    {
        _searched = text;
        for (var index = from; index >= 0; index--)
        {
            if (!Contains(index, text)) continue;
            (_foundIndex, _historyIndex) = (index, index);
            _buffer.Set(history[index]);
            return;
        }
    }

    private bool Contains(int index, string text) => history[index].Contains(text, StringComparison.OrdinalIgnoreCase);
}
