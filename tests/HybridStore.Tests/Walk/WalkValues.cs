using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Tests.Walk;

/// <summary>Texts of values as sources have them, with those that are easily stored wrongly among them.</summary>
internal static class WalkValues
{
    /// <summary>A word that is no number, and in some columns makes a row that goes to quarantine.</summary>
    internal const string NoNumber = "n.a.";

    /// <summary>A zero with a sign.</summary>
    internal const string NegativeZero = "-0.0";

    private static readonly string[] Doubles =
    [
        "0.0", NegativeZero, "NaN", "inf", "-inf", "1.7976931348623157e308", "-1.7976931348623157e308", "2.2250738585072014e-308",
        "0.1", "-1.5", "1e-20", "100",
    ];

    private static readonly string[] Integers = ["0", "-1", "9223372036854775807", "-9223372036854775808", "100"];
    private static readonly string[] Decimals = ["0", "12345678901234.5678", "-12345678901234.5678", "-0.0001", "3.14", "0.5"];
    private static readonly string[] Texts = ["x", "é€😀", "a,b", "say \"so\"", "NULL", "two\nlines", "007", "true", "1.50"];

    /// <summary>The text of a value.</summary>
    /// <returns>Empty for none.</returns>
    internal static string Text(Random random, string column)
    {
        if (random.Next(8) == 0) return "";
        var isPlain = random.Next(3) > 0;
        if (WalkDataset.LaterColumns.Contains(column)) return Later(random, column);
        return WalkDataset.KindOf(column) switch
        {
            ColumnKind.Double => isPlain ? $"{random.NextDouble() * 200 - 100:R}" : Pick(random, Doubles),
            ColumnKind.BigInt => isPlain ? random.Next(1000).ToString(CultureInfo.InvariantCulture) : Pick(random, Integers),
            ColumnKind.Decimal => isPlain ? (random.Next(100_000) / 100m).ToString(CultureInfo.InvariantCulture) : Pick(random, Decimals),
            ColumnKind.Boolean => random.Next(2) == 0 ? "true" : "false",
            ColumnKind.Date => new DateOnly(2024, 1, 1).AddDays(random.Next(-20_000, 20_000)).ToString("O", CultureInfo.InvariantCulture),
            _ => isPlain ? $"t{random.Next(5)}" : random.Next(10) == 0 ? new string('z', 3000) : Pick(random, Texts),
        };
    }

    internal static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    /// <summary>Values that leave no doubt of the column's type, which is found out.</summary>
    private static string Later(Random random, string column) => WalkDataset.KindOf(column) switch
    {
        ColumnKind.Double => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1000)}.5"),
        ColumnKind.BigInt => random.Next(1, 1000).ToString(CultureInfo.InvariantCulture),
        _ => $"venue {random.Next(9)}",
    };
}
