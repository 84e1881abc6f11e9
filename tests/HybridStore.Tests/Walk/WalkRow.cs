using System.Globalization;

namespace HybridStore.Tests.Walk;

/// <summary>A row of the model: what its text in the source says, in a form that readers of the store can give, too.</summary>
/// <param name="Symbol">Null for none.</param>
/// <param name="Date">The partition date.</param>
/// <param name="TimeUs">The time, in microseconds of the epoch: local, or an instant.</param>
/// <param name="Cells">Texts of the source by column, without those that are empty.</param>
/// <param name="Text">
/// Its date and all values in canonical form, by column name; columns without a value are left out, so that added columns change no row.
/// </param>
internal sealed record WalkRow(string? Symbol, DateOnly Date, long TimeUs, IReadOnlyDictionary<string, string> Cells, string Text)
{
    private const string NegativeZero = "=d8000000000000000;";
    private const string Zero = "=d0000000000000000;";

    /// <summary>The same for rows that are equal in SQL: there is one zero, and a NaN equals itself.</summary>
    internal string SqlText { get; } = Text.Replace(NegativeZero, Zero, StringComparison.Ordinal);

    /// <summary>What a key of symbol and time says.</summary>
    internal string Key => string.Create(CultureInfo.InvariantCulture, $"{Symbol ?? "\0"}|{TimeUs}");

    /// <summary>How the canonical text begins.</summary>
    internal static string Head(DateOnly date) => $"{date:O} ";

    /// <summary>Puts a value into the canonical text of a row; values come in the order of their columns' names.</summary>
    internal static string Part(string column, string value) => $"{column}={value};";

    /// <summary>A double by its bits; every NaN is the same.</summary>
    internal static string DoubleText(double value) => double.IsNaN(value) ? "nan" : $"d{BitConverter.DoubleToInt64Bits(value):x16}";

    public override string ToString() => Text;
}
