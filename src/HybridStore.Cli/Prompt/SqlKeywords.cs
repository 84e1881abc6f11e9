namespace HybridStore.Cli.Prompt;

/// <summary>Words of SQL worth completing: those of queries, and the functions that one uses on time-series.</summary>
internal static class SqlKeywords
{
    /// <summary>Words that a statement may begin with.</summary>
    internal static readonly string[] Beginnings = Words("describe explain from pivot select show summarize unpivot values with");

    /// <summary>Words inside of a statement.</summary>
    internal static readonly string[] Inner = Words(
        """
        all and anti any array as asc asof between by case cast columns cross date day desc distinct else end except exclude exists extract false filter first following from full group having hour
        ignore in inner intersect interval is join last lateral left like ilike limit minute month natural not null nulls offset on or order outer over partition pivot positional preceding qualify range
        recursive replace respect right rows sample second select semi similar table tablesample then timestamp true unbounded union unpivot using values when where window with within year
        """);

    /// <summary>Functions, completed with their opening bracket.</summary>
    internal static readonly string[] Functions = Words(
        """
        abs any_value approx_count_distinct approx_quantile arg_max arg_min avg bool_and bool_or ceil coalesce corr count covar_pop covar_samp cume_dist date_diff date_part date_trunc dayname
        dense_rank entropy epoch epoch_ms epoch_us exp first_value floor generate_series greatest histogram if ifnull isodow kurtosis lag last_value lead least len list ln log lower mad make_date
        make_timestamp max median min mode monthname nth_value ntile nullif percent_rank quantile_cont quantile_disc range rank regexp_matches regexp_replace regr_r2 regr_slope replace round row_number
        sign skewness split_part sqrt starts_with stddev stddev_pop stddev_samp strftime string_agg strptime substr sum time_bucket to_timestamp trim trunc typeof unnest upper var_pop var_samp width_bucket
        """);

    /// <summary>After these comes a table.</summary>
    internal static readonly HashSet<string> BeforeTable = new(Words("from join table describe summarize pivot unpivot"), StringComparer.OrdinalIgnoreCase);

    /// <summary>Words that begin another clause.</summary>
    internal static readonly HashSet<string> Clauses = new(Words("select from join where group order having qualify on using limit window values with by set"), StringComparer.OrdinalIgnoreCase);

    private static string[] Words(string words) => words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
