namespace HybridStore.Cli.Prompt;

/// <summary>What a key press means to the editor.</summary>
internal enum EditorKeyKind
{
    /// <summary>A character, or several at once.</summary>
    Text,

    /// <summary>Text that the terminal pasted: its line ends do not submit.</summary>
    Paste,

    /// <summary>Enter.</summary>
    Enter,

    /// <summary>Alt-Enter: a line end that does not submit.</summary>
    NewLine,

    /// <summary>Tab.</summary>
    Complete,

    /// <summary>Ctrl-C.</summary>
    Cancel,

    /// <summary>Ctrl-D: deletes, and ends the input when there is nothing to delete.</summary>
    EndOrDelete,

    /// <summary>Left, Ctrl-B.</summary>
    Left,

    /// <summary>Right, Ctrl-F.</summary>
    Right,

    /// <summary>Ctrl-Left, Alt-B.</summary>
    WordLeft,

    /// <summary>Ctrl-Right, Alt-F.</summary>
    WordRight,

    /// <summary>Home, Ctrl-A.</summary>
    LineStart,

    /// <summary>End, Ctrl-E.</summary>
    LineEnd,

    /// <summary>Up, Ctrl-P.</summary>
    Up,

    /// <summary>Down, Ctrl-N.</summary>
    Down,

    /// <summary>Backspace, Ctrl-H.</summary>
    Backspace,

    /// <summary>Delete.</summary>
    Delete,

    /// <summary>Ctrl-W, Alt-Backspace.</summary>
    KillWordLeft,

    /// <summary>Alt-D.</summary>
    KillWordRight,

    /// <summary>Ctrl-U.</summary>
    KillToStart,

    /// <summary>Ctrl-K.</summary>
    KillToEnd,

    /// <summary>Ctrl-Y: what was killed last.</summary>
    Yank,

    /// <summary>Ctrl-R.</summary>
    Search,

    /// <summary>Ctrl-G, Escape.</summary>
    Abort,

    /// <summary>Ctrl-L.</summary>
    ClearScreen,

    /// <summary>A key that means nothing here.</summary>
    None,
}
