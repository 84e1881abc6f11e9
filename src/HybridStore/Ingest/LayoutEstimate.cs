using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>How many rows, symbols and days the sources have, as far as their first rows tell.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="SymbolDays">Symbols times the days that each has rows on.</param>
/// <param name="Symbols">Different symbols seen.</param>
internal readonly record struct LayoutEstimate(double Rows, double SymbolDays, int Symbols)
{
    private const double DaysOfMonth = 30;
    private const double DaysOfYear = 365;

    private double Days => Math.Max(1, SymbolDays / Math.Max(1, Symbols));

    /// <summary>How many partitions, and so files at least, a layout makes of them.</summary>
    internal double Partitions(Partitioning layout) => layout switch
    {
        Partitioning.SymbolDate => Math.Max(1, SymbolDays),
        Partitioning.SymbolMonth => Math.Max(1, Symbols) * Math.Ceiling(Days / DaysOfMonth),
        Partitioning.SymbolYear => Math.Max(1, Symbols) * Math.Ceiling(Days / DaysOfYear),
        Partitioning.Date => Math.Ceiling(Days),
        Partitioning.Month => Math.Ceiling(Days / DaysOfMonth),
        _ => Math.Ceiling(Days / DaysOfYear),
    };
}
