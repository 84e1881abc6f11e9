using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A live Parquet file of a dataset, as the commit log describes it.</summary>
public sealed record DataFile
{
    /// <summary>Below the dataset's folder, with the folders' real (encoded) names and <c>/</c> between them.</summary>
    public required string Path { get; init; }

    /// <summary>The one symbol whose rows it holds, exactly as in the source; null in time-major layouts.</summary>
    public string? Symbol { get; init; }

    /// <summary>The partition's days: one day, a month or a year.</summary>
    public required DateRange Days { get; init; }

    /// <summary>The file's size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Its rows.</summary>
    public required long RowCount { get; init; }

    /// <summary>XXH64 of the whole file.</summary>
    public required ulong Checksum { get; init; }

    /// <summary>The version of the lake whose commit added it.</summary>
    public required long AddedVersion { get; init; }

    /// <summary>The path as the log spells it, where that is not how hybrid spells it: other programs compare paths letter by letter.</summary>
    internal string? Url { get; init; }

    /// <summary>The days of a partition whose time another program left open.</summary>
    internal static DateRange AnyDay { get; } = new(DateOnly.MinValue, DateOnly.MaxValue);

    /// <summary>When the file was written, Unix milliseconds, by the clock of its writer.</summary>
    internal long ModifiedMs { get; init; }

    /// <summary>Whether another program wrote the file: then nothing is known of it but what the log and its footer say.</summary>
    internal bool IsForeign { get; init; }

    /// <summary>The days on which rows can lie by their times: the partition's, unless another program wrote the file, which may have put any row there.</summary>
    internal DateRange TimeDays => IsForeign && Statistics is DeltaStatistics stated ? stated.TimeDays : Days;

    /// <summary>The days that rows can have in the column <c>date</c>: the partition's, unless another program wrote that column itself.</summary>
    internal DateRange DateDays => IsForeign && Days.DayCount > 1 ? AnyDay : Days;

    /// <summary>Whether it is sure that every row is of one known day.</summary>
    internal bool HoldsOneDay => !IsForeign && Days.DayCount == 1;

    /// <summary>Smallest, largest and missing values by column, as far as the writer knew them.</summary>
    public IReadOnlyList<ColumnStatistics> Statistics { get; init; } = [];
}
