using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace HybridStore.Hot;

/// <summary>Which index a day of hot rows gets, after they are loaded.</summary>
public sealed partial record HotIndex
{
    private HotIndex(string text, IReadOnlyList<OwnIndex> own) => (Text, Own) = (text, own);

    /// <summary>B-tree by symbol and time; by time alone while a day holds one symbol only.</summary>
    public static HotIndex Btree { get; } = new("btree", []);

    /// <summary>The same, and a second one by time alone for days of several symbols: for queries of all symbols within a short span.</summary>
    public static HotIndex BtreeAndTime { get; } = new("btree+time", []);

    /// <summary>Block ranges by time: tiny, and good enough for scans of hours.</summary>
    public static HotIndex Brin { get; } = new("brin", []);

    /// <summary>None.</summary>
    public static HotIndex None { get; } = new("none", []);

    /// <summary>As the settings spell it.</summary>
    public string Text { get; }

    /// <summary>The user's own statements; empty for the others.</summary>
    internal IReadOnlyList<OwnIndex> Own { get; }

    /// <summary>Reads a policy.</summary>
    /// <param name="text">
    /// <c>btree</c>, <c>btree+time</c>, <c>brin</c>, <c>none</c>, or statements <c>create [unique] index [name] on {leaf} ...</c> with semicolons between them. <c>{leaf}</c> stands
    /// for a day's table, <c>{table}</c> for the dataset's. A name has to contain <c>{leaf}</c>; without one the index is named after its day and place in the list.
    /// </param>
    /// <param name="index">The policy.</param>
    /// <param name="expected">What was expected, when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HotIndex? index, [NotNullWhen(false)] out string? expected)
    {
        index = text switch { "btree" => Btree, "btree+time" => BtreeAndTime, "brin" => Brin, "none" => None, _ => ParseOwn(text) };
        expected = index is null ? "btree, btree+time, brin, none, or statements 'create index on {leaf} (...)' (a name of your own has to contain {leaf})" : null;
        return index is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static HotIndex? ParseOwn(string text)
    {
        var own = new List<OwnIndex>();
        foreach (var statement in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var match = Statement().Match(statement);
            var name = match.Groups["name"].Success ? match.Groups["name"].Value : null;
            if (!match.Success || name?.Contains(OwnIndex.Leaf, StringComparison.Ordinal) == false) return null;
            own.Add(new OwnIndex(match.Groups["unique"].Success, name, match.Groups["rest"].Value));
        }

        return own.Count > 0 ? new HotIndex(text, own) : null;
    }

    [GeneratedRegex(@"^create\s+(?<unique>unique\s+)?index\s+(?:(?<name>[a-z0-9_{}]+)\s+)?on\s+\{leaf\}\s*(?<rest>(?:using\s|\().+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Statement();
}
