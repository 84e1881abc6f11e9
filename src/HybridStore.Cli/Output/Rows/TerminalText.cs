using System.Globalization;
using System.Text;

namespace HybridStore.Cli.Output.Rows;

/// <summary>Text as a terminal shows it.</summary>
internal static class TerminalText
{
    /// <summary>Code points of two cells: East Asian wide ones and emoji. Source: Unicode TR11, the blocks in everyday use.</summary>
    private static readonly (int First, int Last)[] WideBlocks =
    [
        (0x1100, 0x115F), (0x2E80, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The text with control characters made visible, so that data cannot steer the terminal.</summary>
    internal static string Visible(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')) return text;
        var visible = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => visible.Append("\\n"),
                '\r' => visible.Append("\\r"),
                '\t' => visible.Append("\\t"),
                < ' ' or (>= '\x7f' and <= '\x9f') => visible.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => visible.Append(character),
            };
        }

        return visible.ToString();
    }

    /// <summary>How many cells a text takes.</summary>
    internal static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(rune);
        return width;
    }

    /// <summary>The text in at most so many cells, with <c>…</c> where it was cut.</summary>
    /// <param name="text">Without control characters.</param>
    /// <param name="width">At least 1.</param>
    internal static string Fit(string text, int width)
    {
        if (Width(text) <= width) return text;
        var fitting = new StringBuilder();
        var used = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            used += Width(rune);
            if (used > width) break;
            fitting.Append(rune);
        }

        return fitting.Append('…').ToString();
    }

    private static int Width(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format) return 0;
        if (rune.Value < WideBlocks[0].First) return 1;
        return Array.Exists(WideBlocks, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1;
    }
}
