using System.Text;

namespace HybridStore.Hot;

/// <summary>What Postgres makes of names, and which names and how many it does not take.</summary>
/// <remarks>Source: PostgreSQL manual, "Identifiers and Key Words", "System Columns", "PostgreSQL Limits".</remarks>
internal static class PostgresNames
{
    /// <summary>Longer names are cut off.</summary>
    internal const int BytesMax = 63;

    /// <summary>Columns of a table.</summary>
    internal const int ColumnsMax = 1600;

    private static readonly HashSet<string> SystemColumns = new(["tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"], StringComparer.Ordinal);

    /// <summary>A name as Postgres keeps it: its first 63 bytes, without a part of a character.</summary>
    internal static string Cut(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= BytesMax) return name;
        var (letters, bytes) = (0, 0);
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > BytesMax) break;
            letters += rune.Utf16SequenceLength;
        }

        return name[..letters];
    }

    /// <summary>Refuses a dataset whose columns a table of Postgres cannot have.</summary>
    /// <exception cref="StoreException">Usage: with the columns, and what to do.</exception>
    internal static void Check(HotLayout layout)
    {
        var names = layout.Columns.Select(column => column.Name).ToList();
        var count = names.Count + (layout.NeedsSymbolAlias ? 1 : 0);
        if (count > ColumnsMax) throw Refused(layout, $"expected at most {ColumnsMax} columns (date and symbol among them), found {count}", "with fewer");
        if (names.Find(SystemColumns.Contains) is { } system) throw Refused(layout, $"column '{system}' has the name of a system column of Postgres", "in which it has another name");
        if (names.GroupBy(Cut, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } alike)
        {
            var which = string.Join(" and ", alike.Select(name => $"'{name}'"));
            throw Refused(layout, $"Postgres keeps {BytesMax} bytes of a name, and columns {which} share them", "in which they have shorter names");
        }
    }

    private static StoreException Refused(HotLayout layout, string reason, string advice) => new(
        StoreErrorKind.Usage,
        $"{layout.Table}: it cannot be a table of Postgres: {reason}. Query it cold ('hybrid sql'), or make a dataset {advice}: "
        + $"hybrid derive NAME --from {layout.Table} --sql \"select ... from {layout.Table}\". Nothing was changed.");
}
