using System.Text;

namespace HybridStore.Cli.Prompt;

/// <summary>Turns what a terminal sends into keys.</summary>
/// <remarks>
/// Sequences may come in pieces. Source: xterm, "Control Sequences" (cursor keys in both modes, modifiers, bracketed paste); what
/// is not known is swallowed whole, so that it types no rubbish.
/// </remarks>
internal sealed class KeyDecoder
{
    private const byte Escape = 0x1b;
    private const string PasteBegin = "200~";
    private const string PasteEnd = "\x1b[201~";

    private readonly List<byte> _pending = [];
    private bool _isPasting;

    /// <summary>Whether an Escape came alone: it is a key when nothing follows soon, else the beginning of a sequence.</summary>
    internal bool HasLoneEscape => !_isPasting && _pending is [Escape];

    /// <summary>Takes bytes.</summary>
    /// <returns>The keys that are complete.</returns>
    internal List<EditorKey> Decode(ReadOnlySpan<byte> bytes)
    {
        _pending.AddRange(bytes);
        var keys = new List<EditorKey>();
        while (_pending.Count > 0)
        {
            var length = _isPasting ? TakePaste(keys) : Take(keys);
            if (length == 0) break;
            _pending.RemoveRange(0, length);
        }

        return keys;
    }

    /// <summary>Nothing followed the Escape.</summary>
    internal EditorKey TakeLoneEscape()
    {
        _pending.Clear();
        return new EditorKey(EditorKeyKind.Abort);
    }

    /// <returns>Bytes used; 0 when more are needed.</returns>
    private int Take(List<EditorKey> keys)
    {
        var first = _pending[0];
        if (first == Escape) return TakeEscape(keys);
        if (first is < 0x20 or 0x7f)
        {
            keys.Add(new EditorKey(Control(first)));
            return 1;
        }

        var length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if (_pending.Count < length) return 0;
        keys.Add(new EditorKey(EditorKeyKind.Text, Encoding.UTF8.GetString([.. _pending[..length]])));
        return length;
    }

    private int TakeEscape(List<EditorKey> keys)
    {
        if (_pending.Count < 2) return 0;
        if (_pending[1] is not ((byte)'[' or (byte)'O'))
        {
            keys.Add(new EditorKey(Alt(_pending[1])));
            return 2;
        }

        // Parameters, then one byte from @ to ~ that ends the sequence.
        var end = 2;
        while (end < _pending.Count && _pending[end] is < 0x40 or > 0x7e) end++;
        if (end == _pending.Count) return 0;
        var sequence = Encoding.ASCII.GetString([.. _pending[2..(end + 1)]]);
        _isPasting = sequence == PasteBegin;
        if (!_isPasting) keys.Add(new EditorKey(Sequence(sequence)));
        return end + 1;
    }

    private int TakePaste(List<EditorKey> keys)
    {
        var text = Encoding.Latin1.GetString([.. _pending]);
        var end = text.IndexOf(PasteEnd, StringComparison.Ordinal);
        if (end < 0) return 0;
        _isPasting = false;
        var pasted = Encoding.UTF8.GetString([.. _pending[..end]]).ReplaceLineEndings("\n");
        keys.Add(new EditorKey(EditorKeyKind.Paste, pasted));
        return end + PasteEnd.Length;
    }

    private static EditorKeyKind Control(byte value) => value switch
    {
        0x01 => EditorKeyKind.LineStart,
        0x02 => EditorKeyKind.Left,
        0x03 => EditorKeyKind.Cancel,
        0x04 => EditorKeyKind.EndOrDelete,
        0x05 => EditorKeyKind.LineEnd,
        0x06 => EditorKeyKind.Right,
        0x07 => EditorKeyKind.Abort,
        0x08 or 0x7f => EditorKeyKind.Backspace,
        (byte)'\t' => EditorKeyKind.Complete,
        (byte)'\n' or (byte)'\r' => EditorKeyKind.Enter,
        0x0b => EditorKeyKind.KillToEnd,
        0x0c => EditorKeyKind.ClearScreen,
        0x0e => EditorKeyKind.Down,
        0x10 => EditorKeyKind.Up,
        0x12 => EditorKeyKind.Search,
        0x15 => EditorKeyKind.KillToStart,
        0x17 => EditorKeyKind.KillWordLeft,
        0x19 => EditorKeyKind.Yank,
        _ => EditorKeyKind.None,
    };

    private static EditorKeyKind Alt(byte value) => value switch
    {
        (byte)'b' or (byte)'B' => EditorKeyKind.WordLeft,
        (byte)'f' or (byte)'F' => EditorKeyKind.WordRight,
        (byte)'d' or (byte)'D' => EditorKeyKind.KillWordRight,
        0x08 or 0x7f => EditorKeyKind.KillWordLeft,
        (byte)'\n' or (byte)'\r' => EditorKeyKind.NewLine,
        _ => EditorKeyKind.None,
    };

    private static EditorKeyKind Sequence(string sequence) => sequence switch
    {
        "A" => EditorKeyKind.Up,
        "B" => EditorKeyKind.Down,
        "C" => EditorKeyKind.Right,
        "D" => EditorKeyKind.Left,
        "H" or "1~" or "7~" => EditorKeyKind.LineStart,
        "F" or "4~" or "8~" => EditorKeyKind.LineEnd,
        "3~" => EditorKeyKind.Delete,
        "1;5C" or "1;3C" => EditorKeyKind.WordRight,
        "1;5D" or "1;3D" => EditorKeyKind.WordLeft,
        "3;5~" or "3;3~" => EditorKeyKind.KillWordRight,
        _ => EditorKeyKind.None,
    };
}
